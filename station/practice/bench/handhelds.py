"""Many handhelds in one process: asyncio, plain HTTP/1.1 over keep-alive connections.

Run as ``python -m station.practice.bench.handhelds`` by the bench, so that the client does not share
the server's interpreter. Every handheld walks its own pick list: slot, product, slot, product, …
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
from station.ground.web.kit import csrf_token
from station.practice.bench.fill import token
from station.practice.demo import goods


@dataclass
class Result:
    """Latencies in milliseconds of accepted scans, and what went wrong."""

    latencies: list[float] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    due: int = 0


class Handheld:
    """One connection, one person, one pick list."""

    def __init__(self, number: int, port: int) -> None:
        self.number, self.port = number, port
        self.step_token, self.next_raw = "start", internal("PK", f"9{number:08d}")
        self.scans = 0
        head = (
            f"Host: 127.0.0.1:{port}\r\nAccept: application/json\r\nContent-Type: application/json\r\n"
            f"Cookie: sid={token(number)}\r\nX-CSRF-Token: {csrf_token(token(number))}\r\n"
        )
        self._get = f"GET /scan/pick HTTP/1.1\r\n{head}\r\n".encode()
        self._post = f"POST /scan/pick HTTP/1.1\r\n{head}Content-Length: ".encode()
        self._run = random.randrange(1 << 60)  # noqa: S311

    async def connect(self) -> None:
        """Open the connection and learn where this person stands."""
        self.reader, self.writer = await asyncio.open_connection("127.0.0.1", self.port)
        _status, body = await self._exchange(self._get)
        self._follow(body)

    async def _exchange(self, data: bytes) -> tuple[int, Any]:
        self.writer.write(data)
        head = await self.reader.readuntil(b"\r\n\r\n")
        lower = head.lower()
        start = lower.index(b"content-length:") + 15
        body = await self.reader.readexactly(int(lower[start : lower.index(b"\r\n", start)]))
        return int(head[9:12]), json.loads(body)

    def _follow(self, body: dict[str, Any]) -> None:
        self.step_token = body["step_token"]
        screen = body["screen"]
        hint = screen["facts"].get("hint", "")
        if screen["step"] == "list":
            self.next_raw = internal("PK", f"9{self.number:08d}")
        elif hint == "EMPTY-TOTE":
            self.next_raw = internal("TT", f"B{self.number:04d}")
        elif hint.startswith("SKU:S"):
            self.next_raw = goods.gtin(int(hint[5:]))
        else:
            self.next_raw = hint

    async def scan(self, result: Result) -> None:
        """One scan, timed from send to answer."""
        self.scans += 1
        payload = json.dumps(
            {
                "scan_id": f"{self._run:x}-{self.number}-{self.scans}",
                "raw": self.next_raw,
                "step_token": self.step_token,
            }
        ).encode()
        started = time.perf_counter()
        status, body = await self._exchange(self._post + str(len(payload)).encode() + b"\r\n\r\n" + payload)
        if status == 200:  # noqa: PLR2004
            result.latencies.append((time.perf_counter() - started) * 1000)
            self._follow(body)
        else:
            result.errors.append(f"{status} {body.get('code')}")


async def drive(count: int, port: int, seconds: int, *, thinks: bool) -> dict[str, Any]:
    """`count` handhelds for `seconds`; thinking 1–3 s between scans, or as fast as they can."""
    devices = [Handheld(number, port) for number in range(count)]
    result = Result()
    for start in range(0, count, 50):
        await asyncio.gather(*(device.connect() for device in devices[start : start + 50]))
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

    started = loop.time()
    await asyncio.gather(*(work(device) for device in devices))
    spent = loop.time() - started
    for device in devices:
        device.writer.close()
    return summary(result, spent, seconds)


def summary(result: Result, spent: float, seconds: int) -> dict[str, Any]:
    """Percentiles in milliseconds, rate, errors."""
    found = sorted(result.latencies)

    def at(share: float) -> float:
        return round(found[min(len(found) - 1, int(len(found) * share))], 1) if found else 0.0

    return {
        "scans": len(found),
        "rate": round(len(found) / (spent or seconds), 1),
        "p50": at(0.5),
        "p95": at(0.95),
        "p99": at(0.99),
        "max": at(1.0),
        "errors": len(result.errors),
        "kinds": sorted(set(result.errors))[:5],
        "served": round(len(found) / result.due, 4) if result.due else 0.0,
    }


if __name__ == "__main__":
    args = json.loads(sys.argv[1])
    print(json.dumps(asyncio.run(drive(args["count"], args["port"], args["seconds"], thinks=args["thinks"]))))  # noqa: T201
