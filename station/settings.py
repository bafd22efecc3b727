"""Every knob in one typed place: environment > TOML file > defaults (domain §12).

A key that does not exist or a value of the wrong shape stops the start with a sentence that
names it (`SettingsError`). `Rules` are the thresholds a warehouse may argue about; the rest says
where things are.
"""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from printers.reach import Reach


class SettingsError(Exception):
    """A setting that cannot be used; the text names the key and what is wrong with it."""


ANY_HOST, OWN_HOSTS = "any", "lan"
"""In `trusted_hosts`: whatever the station is called; and what older files say for its own names."""

_HOST_NAME = re.compile(r"\.?[\w-]+(\.[\w-]+)*\.?|\[?[0-9A-Fa-f:.]+\]?")
_AT_LEAST = {"idle_lock_s": 120, "cosign_window_s": 10}
"""Below these nobody could stay signed in (a session's use is noted once a minute), or sign in time."""
_ROLES = (
    "RECEIVER",
    "INSPECTOR",
    "CLERK",
    "KEEPER",
    "PICKER",
    "PACKER",
    "DISPATCHER",
    "SUPERVISOR",
    "GIFT_KEEPER",
    "FINANCE",
    "ADMIN",
)
_SHOP_CODE = re.compile(r"(?=[0-9WPCX]*I)[0-9]{1,2}[0-9IWPCX]{6,18}")
_PIN_DIGITS = re.compile(rf"({'|'.join(_ROLES)}):([4-9]|10)")

_WORDS = {"life_rule": ("ELAPSED", "REMAINING"), "short_close": ("ASK", "CLOSE")}


@dataclass(frozen=True)
class Rules:
    """Thresholds of domain §12. Percentages are whole numbers, weights whole grams, times seconds."""

    life_rule: str = "ELAPSED"
    sample_inner_pct: int = 20
    sample_plain_pct: int = 20
    stage2_other_person: bool = True
    first_delivery_full: bool = True
    cosign_window_s: int = 120
    blind_receive: bool = True
    exp_mismatch_days: int = 1
    shelf_day0: bool = True
    """Whether the day of production is day 0 of a shelf life, or its first day."""
    reject_days: int = 0
    """Days that must be left of articles that say nothing of their own (禁收)."""
    over_pct: int = 0
    """So many percent more than ordered are received."""
    po_late_days: int = 30
    short_close: str = "ASK"
    """ASK: what is missing of an order is waited for until a person closes it; CLOSE: nobody waits for it."""
    quar_days: int = 7
    idle_lock_s: int = 900
    pick_lots: int = 2
    rsv_lots: int = 1
    near_is_sold: bool = False
    new_slot_label: bool = False
    """Whether a new article's pick slot gets a fresh label before its first carton is put there (S-25)."""
    aisle_cm: int = 300
    bay_cm: int = 120
    cross_bays: int = 0
    wave_orders: int = 24
    put_confirm: bool = True
    """Whether the cell is scanned after each put at a sort wall; else a key is enough."""
    wave_lines: int = 200
    cart_kg: int = 0
    cart_l: int = 0
    urgent_h: int = 2
    same_basket: int = 10
    same_article: int = 10
    sort_wall: bool = True
    wall_cells: int = 24
    wave_by_zone: bool = False
    box_fixed: bool = False
    """Whether the box that is proposed by volume and weight is taken without a scan."""
    wave_from: int = 0
    wave_every_min: int = 0
    wave_lead_min: int = 0
    wt_abs_g: int = 20
    wt_pct: int = 3
    wt_cap_g: int = 500
    filler_g: int = 15
    pack_qty_entry: int = 10
    qty_max: int = 9999
    dup_ms: int = 400
    cancel_stale_s: int = 600
    wb_low: int = 200
    need_route: tuple[str, ...] = ("ZTO", "YTO", "STO", "YUNDA", "JT")
    child_numbers: tuple[str, ...] = ("JD",)
    """Carriers that give all parcels of an order one number with a count: one more parcel renames all."""
    remark_words: tuple[str, ...] = ("改地址", "换", "不要发", "合并", "加急", "礼盒", "代写")

    shop_codes: tuple[str, ...] = ()
    """How the shop's own numbers on weighed goods are built, e.g. ``21IIIIIWWWWWC`` (docs/scanning.md)."""

    typed_weight: tuple[str, ...] = ("SUPERVISOR",)
    """Roles that may type a parcel's weight without asking; others need a supervisor's leave each time."""

    pin_digits: tuple[str, ...] = ()
    """Longer PINs for roles with power, each as ``ROLE:digits``."""

    def __post_init__(self) -> None:
        for name, least in _AT_LEAST.items():
            if getattr(self, name) < least:
                raise SettingsError(f"rules.{name} must be at least {least}, it is {getattr(self, name)}")
        for text in self.pin_digits:
            if not _PIN_DIGITS.fullmatch(text):
                raise SettingsError(
                    f"rules.pin_digits holds {text!r}; each is a role and 4 to 10 digits, e.g. SUPERVISOR:6"
                )
        self._check_shop_codes()
        for role in self.typed_weight:
            if role not in _ROLES:
                raise SettingsError(f"rules.typed_weight holds {role!r}; roles are {', '.join(_ROLES)}")
        self._check_words()
        for item in fields(self):
            value = getattr(self, item.name)
            if isinstance(value, int) and not isinstance(value, bool) and value < 0:
                raise SettingsError(f"rules.{item.name} must not be negative, it is {value}")

    def _check_words(self) -> None:
        for name, words in _WORDS.items():
            if getattr(self, name) not in words:
                said = f"{' or '.join(words)}, not {getattr(self, name)!r}"
                raise SettingsError(f"rules.{name} must be {said}")

    def _check_shop_codes(self) -> None:
        for text in self.shop_codes:
            if not _SHOP_CODE.fullmatch(text):
                raise SettingsError(
                    f"rules.shop_codes holds {text!r}; each begins with figures and has I for the article, "
                    "e.g. 21IIIIIWWWWWC"
                )

    def least_pin(self, roles: Iterable[str]) -> int:
        """How many digits the PIN of a person with these roles must have."""
        wanted = (text.split(":") for text in self.pin_digits)
        held = set(roles)
        return max((int(digits) for role, digits in wanted if role in held), default=4)


@dataclass(frozen=True)
class Settings:
    """Where this station lives and how it is run."""

    data: Path = Path("data")
    database_url: str = ""
    warehouse_code: str = "WH1"
    warehouse_name: str = ""
    """Set here, it wins over the name given at the desk (`station.ground.shop`)."""
    timezone: str = "Asia/Shanghai"
    host: str = "127.0.0.1"
    port: int = 8080
    https: str = "auto"
    """auto: HTTPS beside plain HTTP once `station cert` made a certificate; on: no start without; off."""
    https_port: int = 8443
    plain: str = "on"
    """What plain HTTP serves beside HTTPS: on, everything as before; trust, only the way to HTTPS."""
    threads: int = 32
    workers: bool = True
    address_connections: int = 200
    """Connections that one address may hold; 0: as many as it likes. A browser holds six."""
    trusted_hosts: tuple[str, ...] = ()
    """Names the station answers to beside those of this machine and its certificate; ``any``: to all."""
    allow_addresses: tuple[str, ...] = ()
    """Addresses the server may connect to although they are this machine's, link-local or its own port."""
    only_networks: tuple[str, ...] = ()
    """If any, printers, ERPs and webhooks must be in one of these networks (or allowed by name)."""
    serial_ports: tuple[str, ...] = ()
    """Paths at which scales may be, beside /dev/serial/by-id/… and /dev/ttyUSB…: such as a name given by
    udev.
    """
    journal: str = "WAL"
    commit_delay_ms: int = 0
    reserve_mb: int = 200
    """Megabytes on the database's disk below which no new scans are taken; 0 takes them to the last byte."""
    rules: Rules = field(default_factory=Rules)

    def __post_init__(self) -> None:
        self._check_numbers()
        try:
            ZoneInfo(self.timezone)
        except (KeyError, OSError, ValueError) as error:  # unknown, a folder of zones, a path
            raise SettingsError(
                f"timezone {self.timezone!r} is not a known zone, e.g. Asia/Shanghai"
            ) from error
        if self.https not in {"auto", "on", "off"}:
            raise SettingsError(f"https must be auto, on or off, not {self.https!r}")
        if self.plain not in {"on", "trust"}:
            raise SettingsError(f"plain must be on or trust, not {self.plain!r}")
        if self.journal not in {"WAL", "DELETE", "TRUNCATE"}:
            raise SettingsError(f"journal must be WAL, DELETE or TRUNCATE, not {self.journal!r}")
        for name in self.trusted_hosts:
            if not _HOST_NAME.fullmatch(name):
                raise SettingsError(
                    f"trusted_hosts holds {name!r}; each is a host name alone, e.g. station.lan"
                )
        try:
            _ = self.reach
        except ValueError as error:
            raise SettingsError(
                f"allow_addresses, only_networks: {error} is no address or network"
            ) from error
        if self.database_url and not self.database_url.startswith(("sqlite:", "postgresql")):
            raise SettingsError("database_url must start with sqlite: or postgresql:")

    @property
    def reach(self) -> Reach:
        """Where printers, ERPs and webhooks may be."""
        return Reach.of(self.allow_addresses, self.only_networks, (self.port, self.https_port))

    def _check_numbers(self) -> None:
        for name, port in (("port", self.port), ("https_port", self.https_port)):
            if not 0 <= port <= 65_535:  # noqa: PLR2004
                raise SettingsError(f"{name} must be between 0 and 65535, it is {port}")
        if not 1 <= self.threads <= 64:  # noqa: PLR2004
            raise SettingsError(f"threads must be between 1 and 64, it is {self.threads}")
        if not 0 <= self.reserve_mb <= 1_000_000:  # noqa: PLR2004
            raise SettingsError(f"reserve_mb must be between 0 and 1000000, it is {self.reserve_mb}")
        if self.address_connections and not 10 <= self.address_connections <= 4000:  # noqa: PLR2004
            raise SettingsError(
                f"address_connections must be 0 or between 10 and 4000, it is {self.address_connections}"
            )

    @property
    def url(self) -> str:
        """The database's URL: the configured one, else SQLite inside the data folder."""
        if self.database_url:
            return self.database_url.replace("postgresql://", "postgresql+psycopg://", 1)
        return f"sqlite:///{self.data / 'station.sqlite3'}"

    @property
    def zone(self) -> ZoneInfo:
        """The warehouse's time zone."""
        return ZoneInfo(self.timezone)


APART = {"STATION_CONFIG", "STATION_IS_DEMO", "STATION_PREPARE", "STATION_SCALE_TOKEN"}
"""What the environment says to the process, not to the station."""


def load(environ: Mapping[str, str] | None = None) -> Settings:
    """Read `STATION_CONFIG` (or ``station.toml`` in the data folder), then `STATION_*` over it."""
    environ = os.environ if environ is None else environ
    data = Path(environ.get("STATION_DATA", "data"))
    path = Path(environ.get("STATION_CONFIG", data / "station.toml"))
    values: dict[str, Any] = _read_file(path, required="STATION_CONFIG" in environ)
    rules: dict[str, Any] = _table(values.pop("rules", {}))
    for name, text in environ.items():
        if not name.startswith("STATION_") or name in APART:
            continue
        key = name.removeprefix("STATION_").lower()
        if key.startswith("rules_"):
            rules[key.removeprefix("rules_")] = text
        else:
            values[key] = text
    return replace(
        Settings(**_typed(Settings(), values, "")),
        rules=Rules(**_typed(Rules(), rules, "rules.")),
    )


def rule_of(name: str, text: str) -> Any:
    """A threshold from its text; `SettingsError` when there is none of this name or it cannot be that."""
    defaults = Rules()
    if not hasattr(defaults, name):
        raise SettingsError(f"there is no setting rules.{name}")
    value: Any = _convert(f"rules.{name}", text, getattr(defaults, name))
    replace(defaults, **{name: value})  # its own limits
    return value


def rule_text(value: object) -> str:
    """The text that `rule_of` reads as this value."""
    if isinstance(value, bool):
        return "on" if value else "off"
    return ",".join(value) if isinstance(value, tuple) else str(value)


def _read_file(path: Path, *, required: bool) -> dict[str, Any]:
    if not path.exists():
        if required:
            raise SettingsError(f"STATION_CONFIG names {path}, which does not exist")
        return {}
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, OSError) as error:
        raise SettingsError(f"{path} cannot be read: {error}") from error


def _table(value: object) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise SettingsError("rules must be a table: [rules]")
    return dict(value)


def _typed(defaults: object, values: Mapping[str, Any], prefix: str) -> dict[str, Any]:
    known = {item.name: getattr(defaults, item.name) for item in fields(defaults)}  # type: ignore[arg-type]
    known.pop("rules", None)
    typed: dict[str, Any] = {}
    for key, value in values.items():
        if key not in known:
            raise SettingsError(f"there is no setting {prefix}{key}")
        typed[key] = _convert(f"{prefix}{key}", value, known[key])
    return typed


_BOOLEANS = {"1": True, "true": True, "on": True, "yes": True, "0": False, "false": False, "off": False}


def _convert(name: str, value: object, default: object) -> object:
    """`value` (TOML value or environment text) in the type of `default`."""
    if isinstance(default, bool):
        is_on = value if isinstance(value, bool) else _BOOLEANS.get(str(value).lower())
        if is_on is None:
            raise SettingsError(f"{name} must be on or off, not {value!r}")
        return is_on
    if isinstance(default, int):
        return _whole(name, value)
    if isinstance(default, tuple):
        parts = value.split(",") if isinstance(value, str) else value
        if not isinstance(parts, list) or not all(isinstance(part, str) for part in parts):
            raise SettingsError(f"{name} must be a list of texts")
        return tuple(part.strip() for part in parts if part.strip())
    if not isinstance(value, str):
        raise SettingsError(f"{name} must be a text, not {value!r}")
    return Path(value) if isinstance(default, Path) else value


def _whole(name: str, value: object) -> int:
    try:
        if isinstance(value, bool | float):
            raise ValueError  # noqa: TRY004, TRY301 — one message for every wrong shape
        return int(str(value))
    except ValueError:
        raise SettingsError(f"{name} must be a whole number, not {value!r}") from None
