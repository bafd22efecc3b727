"""Frames of real scales, from their makers' manuals (or, where it says so, from a recording of one)."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Sent:
    """A frame with its end, and what it means: tenths of a gram (None: outside), rests, net."""

    family: str
    frame: bytes
    dg: int | None
    is_stable: bool = True
    is_net: bool = False


def toledo(a: int, b: int, c: int, weight: str, tare: str = "000000") -> bytes:
    """A frame of 18 bytes with its checksum, by the rule in the manual of the KERN FTC and the Rockwell 57C428."""
    frame = b"\x02" + bytes((a, b, c)) + weight.encode() + tare.encode() + b"\r"
    return frame + bytes((-sum(byte & 0x7F for byte in frame) & 0x7F,))


def cas_asked(body: bytes) -> bytes:
    """SOH STX … BCC ETX EOT, by the manual of the CAS SW-II."""
    check = 0
    for byte in body:
        check ^= byte
    return b"\x01\x02" + body + bytes((check,)) + b"\x03\x04"


TABLE = (
    # Mettler Toledo, reference manual MT-SICS, command S; AL-IC operating instructions.
    Sent("SICS", b"S S     100.00 g\r\n", 1_000),
    Sent("SICS", b"S S     -12.35 kg\r\n", -123_500),
    Sent("SICS", b"S D      12.35 kg\r\n", 123_500, is_stable=False),
    Sent("SICS", b"S S       2.50 lb\r\n", 11_340),
    Sent("SICS", b"S +\r\n", None, is_stable=False),
    Sent("SICS", b"S -\r\n", None, is_stable=False),
    Sent("SICS", b"S I\r\n", 0, is_stable=False),
    # A&D, EK-L and EJ manuals, "Data format".
    Sent("A&D", b"ST,+001234.5  g\r\n", 12_345),
    Sent("A&D", b"ST,+0001.234 kg\r\n", 12_340),
    Sent("A&D", b"US,-00183.96  g\r\n", -1_840, is_stable=False),
    Sent("A&D", b"ST,+00000.00  g\r\n", 0),
    Sent("A&D", b"OL,+999999.9  g\r\n", None, is_stable=False),
    Sent("A&D", b"OL,+999999E+19\r\n", None, is_stable=False),
    # CAS, CI-600D and NT-200 manuals, "CAS 22 bytes"; lamp: bit 7 always, 6 rests, 2 gross, 1 tare, 0 zero.
    Sent("CAS", b"ST,GS,1\xc4,000013.5 kg\r\n", 135_000),
    Sent("CAS", b"US,GS,1\x84,   1.234 kg\r\n", 12_340, is_stable=False),
    Sent("CAS", b"ST,NT,1\xc2,   1.200 kg\r\n", 12_000, is_net=True),
    Sent("CAS", b"ST,GS,1\xc5,   0.000 kg\r\n", 0),
    Sent("CAS", b"OL,GS,1\x84,         kg\r\n", None, is_stable=False),
    # CAS SW-II and AP-1, answer to ENQ and DC1.
    Sent("CAS-ENQ", cas_asked(b"S  2.350kg"), 23_500),
    Sent("CAS-ENQ", cas_asked(b"S- 0.120kg"), -1_200),
    Sent("CAS-ENQ", cas_asked(b"U 01.235kg"), 12_350, is_stable=False),
    Sent("CAS-ENQ", cas_asked(b"S   5.00lb"), 22_680),
    Sent("CAS-ENQ", cas_asked(b"SF 0.000kg"), None, is_stable=False),
    # Ohaus RS232 interface manual (Scout Pro, Navigator, format 2) and Explorer manual.
    Sent("OHAUS", b"       0.00 g     \r\n", 0),
    Sent("OHAUS", b"      12.73 g    ?\r\n", 127, is_stable=False),
    Sent("OHAUS", b"      12.72 g     \r\n", 127),
    Sent("OHAUS", b"        200 g  \r\n", 2_000),
    Sent("OHAUS", b"      0.211 kg ?\r\n", 2_110, is_stable=False),
    Sent("OHAUS", b"     192.21 g\r\n", 1_922),
    # Ohaus 3000 series indicators, "Output format": sign, blank, 7, blank, 5, "?", 3.
    Sent("OHAUS-3000", b"    1.235 kg    G  \r\n", 12_350),
    Sent("OHAUS-3000", b"-   0.120 kg       \r\n", -1_200),
    Sent("OHAUS-3000", b"   12.340 kg   ?G  \r\n", 123_400, is_stable=False),
    Sent("OHAUS-3000", b"    1.000 kg    NET\r\n", 10_000, is_net=True),
    # Toledo continuous: A = place and increment, B = net, sign, range, motion, kg, C = grams.
    Sent("TOLEDO", toledo(0x2D, 0x30, 0x20, "001234"), 12_340),
    Sent("TOLEDO", toledo(0x2D, 0x38, 0x20, "001250"), 12_500, is_stable=False),
    Sent("TOLEDO", toledo(0x2D, 0x32, 0x20, "    12"), -120),
    Sent("TOLEDO", toledo(0x2A, 0x30, 0x21, "  1500"), 15_000),
    Sent("TOLEDO", toledo(0x29, 0x30, 0x21, "   150"), 15_000),
    Sent("TOLEDO", toledo(0x2C, 0x20, 0x20, "   250"), 11_340),
    Sent("TOLEDO", toledo(0x2D, 0x31, 0x20, "001000", "000234"), 10_000, is_net=True),
    Sent("TOLEDO", toledo(0x2D, 0x34, 0x20, "000000"), None, is_stable=False),
    Sent("TOLEDO-17", toledo(0x2D, 0x30, 0x20, "001234")[:-1], 12_340),
    # Toledo 8217 (and Magellan with Toledo protocol): weight, or ? and a status byte.
    Sent("TOLEDO-8217", b"\x0202.350\r", 23_500),
    Sent("TOLEDO-8217", b"\x02?A\r", 0, is_stable=False),
    Sent("TOLEDO-8217", b"\x02?B\r", None, is_stable=False),
    # Yaohua XK3190: A26 and A23p manuals; the first two are recordings of a floor scale.
    Sent("XK3190", bytes.fromhex("022b30303030303030314203"), 0),
    Sent("XK3190", bytes.fromhex("022b30303135363030313903"), 15_600_000),
    Sent("XK3190", b"\x02+00200021B\x03", 200_000),
    Sent("XK3190", b"\x02-00010031F\x03", -1_000),
    Sent("=REVERSED", b"=000.3000", 30_000),
    Sent("=REVERSED", b"=00.1000-", -10_000),
    Sent("=FORWARD", b"=0003.000", 30_000),
    Sent("=FORWARD", b"=-0001.00", -10_000),
    Sent("=REVERSED-7", b"=43.2100", 123_400),
    Sent("=FORWARD-7", b"=0012.34", 123_400),
    Sent("XK3190-A12", b"WG004.139kg3D\r\n", 41_390),
    Sent("XK3190-A12", b"         OL23\r\n", None, is_stable=False),
    # Common: "AND 18 bytes" (CAS CI-150A), A&D AD-4329A, Excell AM4, Tiger TI-02.
    Sent("STGS", b"ST,GS,+  1.234kg\r\n", 12_340),
    Sent("STGS", b"ST,G ,+0012.35kg\r\n", 123_500),
    Sent("STGS", b"US,GS,-  0.012kg\r\n", -120, is_stable=False),
    Sent("STGS", b"ST,NT,+  1.000kg\r\n", 10_000, is_net=True),
    Sent("STGS-G", b"ST,GS,+ 1234.5g\r\n", 12_345),
    Sent("STGS", b"ST,GS 001.234,kg\r\n", 12_340),
    Sent("STGS", b"OL,GS,+    .  kg\r\n", None, is_stable=False),
    # FF, status, BCD: place 4 = three decimals, bit 6 rests, 5 negative, 7 overflow.
    Sent("BCD", b"\xff\x44\x34\x12\x00", 12_340),
    Sent("BCD", b"\xff\x04\x34\x12\x00", 12_340, is_stable=False),
    Sent("BCD", b"\xff\x64\x50\x00\x00", -500),
    Sent("BCD", b"\xff\xc4\x00\x00\x00", None, is_stable=False),
)
