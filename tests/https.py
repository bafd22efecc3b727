"""A real `station serve` with HTTPS and plain HTTP, in a process of its own on loopback."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import requests

from station.clock import SystemClock
from station.serving.server import free_port
from station.serving.tls import authority as cert
from station.serving.tls import identity
from station.serving.tls import names as cert_names
from station.settings import Settings
from tests.patience import PATIENCE_S, PROCESS_S, until


@dataclass
class Https:
    """A served station; its data folder, its two addresses, its CA."""

    data: Path
    port: int
    https_port: int
    process: subprocess.Popen[str]

    @property
    def plain(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def secure(self) -> str:
        return f"https://localhost:{self.https_port}"

    @property
    def ca(self) -> str:
        return str(identity.Files.in_folder(self.data).ca)

    def answers(self) -> bool:
        """Whether it serves already; AssertionError once it has ended."""
        assert self.process.poll() is None, "it has ended"
        try:
            health = requests.get(f"{self.plain}/health", timeout=PATIENCE_S)
        except OSError:
            return False
        return bool(health.json()["status"] == "ok")

    def stop(self) -> str:
        """What it said before it went."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        try:
            return self.process.communicate(timeout=PROCESS_S)[0]
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.communicate()
            raise


def free_ports() -> tuple[int, int]:
    """Two different ports nobody uses now: the second is looked for while the first is held."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1]), free_port()


def certify(data: Path) -> cert.Made:
    """A certificate for this machine, and nothing else of its network."""
    names = cert_names.given(["station.lan"], ["127.0.0.1"])
    names = names | cert_names.given(["localhost"], ["::1"])
    return cert.make(identity.Files.in_folder(data), names, SystemClock(Settings().zone).now())


def serve(
    data: Path,
    template: Path,
    more: Mapping[str, str] | None = None,
    *,
    ports: tuple[int, int] | None = None,
) -> Https:
    """Start it, and wait until it answers."""
    data.mkdir(parents=True, exist_ok=True)
    if not (data / "station.sqlite3").exists():
        shutil.copy(template, data / "station.sqlite3")
    port, https_port = ports or free_ports()
    clean = {name: text for name, text in os.environ.items() if not name.startswith("STATION_")}
    given = {
        "STATION_DATA": str(data),
        "STATION_PORT": str(port),
        "STATION_HTTPS_PORT": str(https_port),
        "STATION_WORKERS": "off",
    }
    process = subprocess.Popen(
        [sys.executable, "-m", "station.cli", "serve"],
        env=clean | given | dict(more or {}),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    served = Https(data, port, https_port, process)
    try:
        until(served.answers, "it does not answer", PROCESS_S)
    except BaseException as error:
        raise AssertionError(served.stop()) from error
    return served
