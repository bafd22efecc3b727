"""Settings: environment over file over defaults; a wrong one stops the start by name."""

from __future__ import annotations

from pathlib import Path

import pytest

from station.settings import SettingsError, load


def _env(tmp_path: Path, text: str = "", **more: str) -> dict[str, str]:
    (tmp_path / "station.toml").write_text(text, encoding="utf-8")
    return {"STATION_DATA": str(tmp_path), **more}


def test_environment_over_file_over_defaults(tmp_path: Path) -> None:
    text = 'port = 9000\nwarehouse_name = "一号仓"\n[rules]\ncosign_window_s = 60\nremark_words = ["换"]\n'
    settings = load(_env(tmp_path, text, STATION_PORT="9001", STATION_RULES_WT_PCT="5"))
    assert (settings.port, settings.warehouse_name, settings.threads) == (9001, "一号仓", 32)
    assert (settings.rules.cosign_window_s, settings.rules.wt_pct) == (60, 5)
    assert settings.rules.remark_words == ("换",)


@pytest.mark.parametrize(
    ("text", "more", "named"),
    [
        ("prot = 1", {}, "prot"), ("", {"STATION_PROT": "1"}, "prot"), ("port = 'x'", {}, "port"),
        ("port = 70000", {}, "port"), ("timezone = 'Mars/Base'", {}, "timezone"), ("[rules]\nfoo = 1", {}, "rules.foo"),
        ("[rules]\nlife_rule = 'X'", {}, "life_rule"), ("[rules]\nwt_pct = -1", {}, "wt_pct"),
        ("workers = 'maybe'", {}, "workers"), ("port = 1.5", {}, "port"), ("port = true", {}, "port"),
        ("database_url = 'mysql://x'", {}, "database_url"), ("rules = 3", {}, "rules"), ("port = ", {}, "station.toml"),
        ("", {"STATION_CONFIG": "nowhere.toml"}, "nowhere.toml"), ("journal = 'OFF'", {}, "journal"),
    ],
)  # fmt: skip
def test_a_wrong_setting_is_named(tmp_path: Path, text: str, more: dict[str, str], named: str) -> None:
    with pytest.raises(SettingsError, match=named):
        load(_env(tmp_path, text, **more))


def test_a_role_that_may_type_weights_must_be_one() -> None:
    with pytest.raises(SettingsError, match="typed_weight holds 'PACKERS'"):
        load({"STATION_RULES_TYPED_WEIGHT": "PACKERS"})
    assert load({}).rules.typed_weight == ("SUPERVISOR",)
