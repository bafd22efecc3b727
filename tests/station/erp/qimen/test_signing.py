"""The signature: vectors computed elsewhere, and what must change it."""

from __future__ import annotations

import hashlib
import shutil
import subprocess

import pytest
from hypothesis import given
from hypothesis import strategies as st

from station.erp.qimen.signing import sign

DOCUMENTED = {
    "method": "taobao.qimen.itemlack.report",
    "timestamp": "2015-04-26 00:00:07",
    "format": "xml",
    "app_key": "testerp_appkey",
    "v": "2.0",
    "sign_method": "md5",
    "customerId": "stub-cust-code",
}
"""The parameters of the platform's own example, which gives the text to digest but no body to check against."""


@pytest.mark.parametrize(
    ("body", "secret", "expected"),
    [
        # md5sum of the documented text "testapp_key…v2.0" + "body" + "test", by coreutils
        ("body", "test", "E4E83589F1454C1B677DDF0B59026C6A"),
        ("", "test", "349F96AB42F33BE919D3612688085D48"),
    ],
)
def test_known_vectors(body: str, secret: str, expected: str) -> None:
    assert sign(DOCUMENTED, body.encode(), secret) == expected


def test_the_order_and_a_former_signature_do_not_matter() -> None:
    expected = sign(DOCUMENTED, b"body", "test")
    turned = dict(reversed(DOCUMENTED.items())) | {"sign": "OLD"}
    assert sign(turned, b"body", "test") == expected


@pytest.mark.skipif(shutil.which("md5sum") is None, reason="no md5sum on this machine")
def test_chinese_text_is_signed_as_utf_8() -> None:
    """Computed by another program from the bytes written out by hand."""
    text = "密钥app_keykcustomerId客户<name>王小明</name>密钥".encode()
    told = subprocess.run(["md5sum"], input=text, capture_output=True, check=True).stdout
    found = sign({"customerId": "客户", "app_key": "k"}, "<name>王小明</name>".encode(), "密钥")
    assert found == told.split()[0].decode().upper()


NAMES = st.text(st.characters(min_codepoint=65, max_codepoint=122), min_size=1, max_size=8)


@given(
    st.dictionaries(NAMES, st.text(max_size=10), max_size=8),
    st.binary(max_size=50),
    st.text(min_size=1, max_size=9),
)
def test_it_is_the_digest_of_what_the_documentation_says(
    named: dict[str, str], body: bytes, secret: str
) -> None:
    for text in (secret, *named.values()):
        if any("\ud800" <= char <= "\udfff" for char in text):
            return
    named.pop("sign", None)
    joined = secret
    for name in sorted(named):
        joined += name
        joined += named[name]
    expected = hashlib.md5(joined.encode("utf-8") + body + secret.encode("utf-8")).hexdigest().upper()
    assert sign(named, body, secret) == expected
    assert sign(named, body + b" ", secret) != expected
    assert sign(named | {"z~": "1"}, body, secret) != expected
