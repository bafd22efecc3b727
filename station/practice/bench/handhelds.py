"""Many handhelds in one process: asyncio, plain HTTP/1.1 over keep-alive connections.

Run as ``python -m station.practice.bench.handhelds`` by the bench, so that the client does not share
the server's interpreter. Every handheld walks its own pick list: slot, product, slot, product, … What it
sends and how it reads the answer is a wire (`station.practice.bench.wire`).
"""

from __future__ import annotations

import asyncio
import json
import random
import sys
import time
from dataclasses import dataclass, field
from typing import Any

from station.ground.scan.codes import internal
from station.practice.bench.process import cpu_s
from station.practice.bench.wire import WIRES, Answer, Reply, Wire, token
from station.practice.demo import goods


@dataclass
class Result:
    """Latencies in milliseconds of accepted scans, and what went wrong."""

    latencies: list[float] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    due: int = 0


class Handheld:
    """One connection, one person, one pick list."""

    def __init__(self, number: int, port: int, wire: str) -> None:
        self.number, self.port = number, port
        self.wire: Wire = WIRES[wire](port, token(number))
        self.step_token = self.next_raw = ""
        self.scans = 0
        self._run = random.randrange(1 << 60)  # noqa: S311

    async def connect(self) -> None:
        """Open the connection and learn where this person stands; `RuntimeError` when the station refuses."""
        self.reader, self.writer = await asyncio.open_connection("127.0.0.1", self.port)
        answer = self.wire.opened(await self._exchange(self.wire.opening()))
        if answer.refusal:
            raise RuntimeError(f"handheld {self.number} cannot begin: {answer.refusal}")
        self._follow(answer)

    async def _exchange(self, data: bytes) -> Reply:
        self.writer.write(data)
        head = await self.reader.readuntil(b"\r\n\r\n")
        lower = head.lower()
        start = lower.index(b"content-length:") + 15
        body = await self.reader.readexactly(int(lower[start : lower.index(b"\r\n", start)]))
        return Reply(int(head[9:12]), head, body)

    def _follow(self, answer: Answer) -> None:
        self.step_token = answer.step_token
        if answer.step == "list":
            self.next_raw = internal("PK", f"9{self.number:08d}")
        elif answer.hint == "EMPTY-TOTE":
            self.next_raw = internal("TT", f"B{self.number:04d}")
        elif answer.hint.startswith("SKU:S"):
            self.next_raw = goods.gtin(int(answer.hint[5:]))
        else:
            self.next_raw = answer.hint

    async def scan(self, result: Result) -> None:
        """One scan, timed from send to answer."""
        self.scans += 1
        scan_id = f"{self._run:016x}{self.number:08x}{self.scans:08x}"
        fields = {"scan_id": scan_id, "raw": self.next_raw, "step_token": self.step_token}
        started = time.perf_counter()
        reply = await self._exchange(self.wire.scan(fields))
        spent = time.perf_counter() - started
        answer = self.wire.judged(reply)
        if answer.refusal:
            result.errors.append(answer.refusal)
        else:
            result.latencies.append(spent * 1000)
            self._follow(answer)


async def drive(
    count: int, port: int, seconds: float, *, thinks: bool, wire: str, pid: int | None
) -> dict[str, Any]:
    """`count` handhelds for `seconds`; thinking 1–3 s between scans, or as fast as they can.

    `pid` is the server's process: its processor time from the first scan to the last is told for each scan.
    """
    devices = [Handheld(number, port, wire) for number in range(count)]
    result = Result()
    for start in range(0, count, 50):
        await asyncio.gather(*(device.connect() for device in devices[start : start + 50]))
    started, own, servers = time.perf_counter(), time.process_time(), _cpu_s(pid)
    await _work(devices, result, seconds, thinks=thinks)
    spent, used = time.perf_counter() - started, _cpu_s(pid)
    client_s = time.process_time() - own
    for device in devices:
        device.writer.close()
    cost_s = None if servers is None or used is None else used - servers
    return summary(result, spent) | costs(len(result.latencies), cost_s, client_s)


async def _work(devices: list[Handheld], result: Result, seconds: float, *, thinks: bool) -> None:
    loop = asyncio.get_running_loop()
    end = loop.time() + seconds
    rng = random.Random(1)  # noqa: S311

    async def work(device: Handheld) -> None:
        if thinks:
            await asyncio.sleep(rng.uniform(0, 2))
        while loop.time() < end:
            result.due += 1
            try:
                await asyncio.wait_for(device.scan(result), 10)
            except (TimeoutError, OSError, asyncio.IncompleteReadError) as error:
                result.errors.append(type(error).__name__)
                return
            if thinks:
                await asyncio.sleep(rng.uniform(1, 3))

    await asyncio.gather(*(work(device) for device in devices))


def _cpu_s(pid: int | None) -> float | None:
    return None if pid is None else cpu_s(pid)


def costs(scans: int, server_s: float | None, client_s: float) -> dict[str, Any]:
    """Processor milliseconds for each accepted scan: of all server processes, and of this client."""
    return {
        "cost_ms": None if server_s is None or not scans else round(server_s * 1000 / scans, 2),
        "client_ms": round(client_s * 1000 / scans, 2) if scans else None,
    }


def summary(result: Result, spent: float) -> dict[str, Any]:
    """Percentiles in milliseconds, rate, errors."""
    latencies = sorted(result.latencies)

    def at(share: float) -> float:
        return round(latencies[min(len(latencies) - 1, int(len(latencies) * share))], 1) if latencies else 0.0

    return {
        "scans": len(latencies),
        "rate": round(len(latencies) / spent, 1),
        "p50": at(0.5),
        "p95": at(0.95),
        "p99": at(0.99),
        "max": at(1.0),
        "errors": len(result.errors),
        "kinds": sorted(set(result.errors))[:5],
        "served": round(len(latencies) / result.due, 4) if result.due else 0.0,
    }


if __name__ == "__main__":
    args = json.loads(sys.argv[1])
    print(json.dumps(asyncio.run(drive(**args))))  # noqa: T201
