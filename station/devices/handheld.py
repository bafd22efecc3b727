"""What is wrong or missing on a device, its scanner aside (domain §10.4, §10.5)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from station.devices.checkup import Finding


@dataclass(frozen=True)
class Device:
    """What a page found out about its device."""

    width: int = 0
    height: int = 0
    dpr: str = ""
    rtt_ms: int = 0
    sound: str = ""
    is_secure: bool = False
    has_storage: bool = False
    has_vibration: bool = False
    has_wake_lock: bool = False
    agent: str = ""


SMALLEST = (320, 400)
"""CSS pixels every step fits into (domain §10.4)."""
FAR_MS = 150
"""A round trip longer than this leaves too little of the 300 ms between Enter and tone (domain §10.5)."""
SOUNDS = ("both", "tone", "none")
"""What a person heard and felt when the test tone was played."""


def judge_device(device: Device) -> tuple[Finding, ...]:
    """What is wrong or missing on a device, scanner aside."""
    size: dict[str, Any] = {"x": f"{device.width}×{device.height}"}
    named: tuple[tuple[bool, str, bool, dict[str, Any]], ...] = (
        (device.width < SMALLEST[0] or device.height < SMALLEST[1], "L-DEV-SMALL", True, size),
        (device.rtt_ms > FAR_MS, "L-DEV-FAR", True, {"n": device.rtt_ms}),
        (device.sound == "none", "L-DEV-MUTE", True, {}),
        (device.sound == "tone", "L-DEV-STILL", False, {}),
        (not device.has_storage, "L-DEV-NO-STORAGE", True, {}),
        (not device.is_secure, "L-DEV-PLAIN", False, {}),
        (device.is_secure and not device.has_wake_lock, "L-DEV-SLEEPS", False, {}),
    )
    return tuple(Finding(code, is_fault, facts) for holds, code, is_fault, facts in named if holds)
