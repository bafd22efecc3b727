"""Commands of a station as an operator gives them: in this process, or in one of their own that can be killed."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import requests
from click.testing import CliRunner

from station.cli import main
from station.serving.server import free_port
from tests.patience import PATIENCE_S, PROCESS_S, until


class Station:
    """Commands on one data folder, each a process of its own."""

    def __init__(self, data: Path) -> None:
        self.data = data
        self.environ = {k: v for k, v in os.environ.items() if not k.startswith("STATION_")}
        self.environ |= {"STATION_DATA": str(data), "PYTHONPATH": str(Path(__file__).parents[1])}
        self.started: list[subprocess.Popen[str]] = []

    def begin(self, *words: str, **more: str) -> subprocess.Popen[str]:
        return self._begin([sys.executable, "-m", "station.cli", *words], **more)

    def _begin(self, words: list[str], **more: str) -> subprocess.Popen[str]:
        process = subprocess.Popen(
            words,
            env=self.environ | more,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        self.started.append(process)
        return process

    def run(self, *words: str, **more: str) -> tuple[int, str]:
        """The exit status, and what it said of why; in this process, for commands that end by themselves."""
        environ = {"STATION_DATA": str(self.data), "STATION_HOST": "127.0.0.1"} | more
        done = CliRunner(env=environ).invoke(main, words)
        assert done.exception is None or isinstance(done.exception, SystemExit), done.exc_info
        return done.exit_code, done.stderr

    def program(self, text: str, *words: str) -> tuple[int, str]:
        """The exit status of a program of its own, and what it said of why."""
        process = self._begin([sys.executable, "-c", text, *words])
        said = process.communicate(timeout=PROCESS_S)[1]
        return process.returncode, said

    def refusal(self, *words: str, **more: str) -> str:
        """The one sentence with which a command refuses."""
        status, said = self.run(*words, **more)
        assert status != 0
        (sentence,) = said.strip().splitlines()
        return sentence.removeprefix("station: ")

    def serve(self, **more: str) -> tuple[subprocess.Popen[str], int]:
        """A served station that answers, and its port."""
        port = free_port()
        process = self.begin("serve", "--port", str(port), **more)
        until(lambda: process.poll() is not None or answers(port), patience_s=PROCESS_S)
        assert process.poll() is None, process.stderr and process.stderr.read()
        return process, port

    def close(self) -> None:
        for process in self.started:
            if process.poll() is None:
                process.terminate()
            try:
                process.communicate(timeout=PROCESS_S)
            except subprocess.TimeoutExpired:
                process.kill()
                process.communicate()


def answers(port: int) -> bool:
    try:
        return requests.get(f"http://127.0.0.1:{port}/health", timeout=PATIENCE_S).ok
    except OSError:
        return False


def children(pid: int) -> list[int]:
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def is_gone(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except FileNotFoundError:
        return True
