"""ZPL as carriers' and designers' programs write it; addresses, numbers and logos are our own."""

import base64
import zlib
from binascii import crc_hqx

NUMBER = "ZZ2700000014"
TEXT = b"^FO40,40^A0N,40,40^FDTO: A. PERSON^FS"
BARS = b"^FO40,100^BY3^BCN,120,Y,N,N^FDZZ2700000014^FS"
LABEL = TEXT + BARS
ROWS = bytes([0xFF, 0x81, 0x81, 0x81, 0x81, 0x81, 0x81, 0xFF])
_PACKED = base64.b64encode(zlib.compress(ROWS))
Z64 = b":Z64:" + _PACKED + b":%04X" % crc_hqx(_PACKED, 0)

DESIGNER = b"CT~~CD,~CC^~CT~\r\n^XA~TA000~JSN^LT0^MNW^MTT^PON^PMN^LH0,0^JMA^PR5,5~SD15^JUS^LRN^CI0^XZ\r\n"

ZOO: dict[str, bytes] = {
    "plain": b"^XA^CI28^PW799^LL1199" + LABEL + b"^XZ",
    "on one printer's speed": b"^XA^CF,0,0,0^PR12^MD30^PW800^POI^CI13^LH0,20\n" + LABEL + b"^PQ1\n^XZ\n",
    "settings first": b"^XA^LRN^MNY^MFN,N^LH10,12^MCY^POI^PW812^CI27\r\n" + LABEL + b"^XZ",
    "peeled": b"^XA^MMP,Y^CI28^PW812^LL1218^MTD^SZ2" + LABEL + b"^XZ",
    "designer": DESIGNER + b"^XA^MMT^PW812^LL1218^LS0" + LABEL + b"^PQ1,0,1,Y^XZ",
    "designer behind DLE": b"\x10" + DESIGNER + b"^XA" + LABEL + b"^XZ",
    "logo in memory": b"~DGR:A.GRF,8,1,FF818181818181FF\n^XA" + LABEL + b"^FO600,700^XGR:A.GRF,2,3^FS^XZ",
    "logo in memory, short": b"~DGLOGO,8,1,FF81:::::FF^XA" + LABEL + b"^FO9,900^XGLOGO^FS^IDR:LOGO.GRF^FS^XZ",
    "logo in memory, packed": b"~DGE:L.GRF,8,1," + Z64 + b"^XA" + LABEL + b"^FO600,700^IME:L.GRF^FS^XZ",
    "logo downloaded": b"~DYR:LOGO,A,G,8,1,FF818181818181FF^XA" + LABEL + b"^FO9,900^XGR:LOGO.GRF,1,1^FS^XZ",
    "logo downloaded in bytes": b"~DYR:LOGO,B,G,8,1,"
    + ROWS
    + b"^XA"
    + LABEL
    + b"^FO9,900^XGR:LOGO.GRF^FS^XZ",
    "logo binary": b"^XA" + LABEL + b"^FO600,700^GFB,8,8,1," + b"^XZ~JR\x01\xff" + b"^FS^XZ",
    "logo packed": b"^XA" + LABEL + b"^FO600,700^GFA,8,8,1," + Z64 + b"^FS^XZ",
    "with customs paper": b"^XA" + LABEL + b"^XZ^XA^FO10,10^A0N,30,30^FDcustoms^FS^XZ",
    "customs paper first": b"^XA^FO10,10^A0N,30,30^FDcustoms^FS^XZ\n^XA" + LABEL + b"^XZ",
    "comment": b"^XA^FX my comment ^PW812^FX--- ! U1 setvar" + LABEL + b"^FXend^XZ",
    "lines before and behind": b"\r\n\r\n^XA\r\n^CI28\r\n"
    + LABEL.replace(b"^", b"\r\n^")
    + b"\r\n^XZ\r\n\r\n\x00",
    "byte order mark": b"\xef\xbb\xbf^XA^CI28" + LABEL + b"^XZ",
    "of two bytes a letter": b"\xff\xfe" + (b"^XA^CI28" + LABEL + b"^XZ").decode().encode("utf-16-le"),
    "small letters": b"^xa^ci28^pw812^fo40,40^a0n,40,40^fdTO^fs^fo40,100^by3^bcn,120,y,n,n^fdZZ2700000014^fs^xz",
    "saved as a picture": b"^XA^ISR:T.GRF,N" + LABEL + b"^XZ",
    "saved and called up": b"^XA" + LABEL + b"^ISR:T.GRF,N^XZ^XA^ILR:T.GRF^FO9,900^A0N,30^FDdate^FS^XZ",
    "form and values": b"^XA^DFR:X.ZPL^FO40,40^A0N,40,40^FN1^FS^FO40,100^BY3^BCN,120,Y,N,N^FN2^FS^XZ"
    b"^XA^XFR:X.ZPL^FN1^FDTO: A. PERSON^FS^FN2^FDZZ2700000014^FS^XZ",
    "deletes all": b"^XA" + LABEL + b"^XZ^XA^IDR:*.*^FS^XZ^XA^EG^XZ",
    "other marks": b"^XA^CC!!CD;!FO40;40!A0N;40;40!FDTO: a^b!FS!FO40;100!BY3!BCN;120;Y;N;N!FDZZ2700000014!FS!CC^^CD,^XZ",
    "turned letters": b"^XA^FWR^FO600,40^A0,40,40^FDTO: A. PERSON^FS^FWN" + BARS + b"^FWR^XZ",
    "white on black": b"^XA^LRY^FO30,30^GB400,60,60^FS" + TEXT + b"^LRN" + BARS + b"^LRY^XZ",
    "shifted left": b"^XA^LH30,10^LS20" + LABEL + b"^XZ",
    "numbered": b"^XA" + TEXT + b"^FO40,400^A0N,30^SN001,1,Y^FS" + BARS + b"^XZ",
    "umlauts": "^XA^CI28^FO40,300^A0N,30,30^FDMünchner Straße 5^FS".encode() + LABEL + b"^XZ",
    "umlauts of the old kind": "^XA^CI27^FO40,300^A0N,30,30^FDMünchner Straße 5^FS".encode("cp1252")
    + LABEL
    + b"^XZ",
    "hexadecimal": b"^XA^CI28^FO40,300^A0N,30^FH_^FDM_C3_BCnchen _5E _7E^FS" + LABEL + b"^XZ",
    "Chinese": "^XA^CI28^CW1,E:SIMSUN.FNT^FO40,300^A1N,30,30^FD收件人 王小明 测试路1号^FS".encode()
    + LABEL
    + b"^XZ",
    "Chinese of the old kind": b"^XA^SEE:GB18030.DAT^CI26^FO40,300^A@N,30,30,E:SIMSUN.FNT^FD"
    + "收件人 昞 昢".encode("gb18030")
    + b"^FS"
    + LABEL
    + b"^XZ",
    "in a block": b"^XA^FO40,300^A0N,30^FB300,4,0,C,0^FDone long line that is broken into some\\&and another^FS"
    + LABEL
    + b"^XZ",
    "with squares": b"^XA" + LABEL + b"^FO40,500^BXN,6,200^FDsquares^FS^FO300,500^BQN,2,5^FDMA,a code^FS^XZ",
    "with stacked bars": b"^XA" + LABEL + b"^FO40,500^BY2^B7N,6,3,4^FDstacked bars^FS^XZ",
    "with hexagons": b"^XA"
    + LABEL
    + b"^FO40,500^BD2^FH^FD003840123450000[)>_1E01_1D961Z12345678_1DUPSN_1D12345E_1D089_1D_1D1/1_1D10_1DN_1D_1DCITY_1DST_1E_04^FS^XZ",
    "letters of P to V": b"^XA^FO40,300^APN^FDsmall^FS^FO40,340^AVN^FDlarge^FS^CFS,40^FO40,450^FDmore^FS"
    + LABEL
    + b"^XZ",
    "radio chip's stock": b"^XA^MNW^XB^KD0^KPsecret^NS^ST^WE^ZZ^CVY" + LABEL + b"^XZ",
}
