"""Who scans: the roles of domain §2 and the person behind a scan."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Role(StrEnum):
    """What a person may do; a person may hold several roles (domain §2)."""

    RECEIVER = "RECEIVER"
    INSPECTOR = "INSPECTOR"
    CLERK = "CLERK"
    KEEPER = "KEEPER"
    PICKER = "PICKER"
    PACKER = "PACKER"
    DISPATCHER = "DISPATCHER"
    SUPERVISOR = "SUPERVISOR"
    GIFT_KEEPER = "GIFT_KEEPER"
    FINANCE = "FINANCE"
    ADMIN = "ADMIN"


@dataclass(frozen=True, slots=True)
class Actor:
    """A signed-in person on a device."""

    user_id: int
    name: str
    badge: str
    roles: frozenset[Role]
    lang: str = "zh"
    theme: str = "bright"
    is_spoken: bool = False
    device: str = ""
    workstation: str = ""
    session_id: int = 0

    def may(self, roles: frozenset[Role]) -> bool:
        """Whether this person holds one of `roles`; nobody holds everything by being admin."""
        return bool(self.roles & roles)
