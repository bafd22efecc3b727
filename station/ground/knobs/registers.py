"""Who changed which threshold: every change there was."""

from __future__ import annotations

from sqlalchemy import select

from station.ground.registers.filters import Days, Number
from station.ground.registers.kinds import INSTANT
from station.ground.registers.register import Col, Register
from station.ground.thresholds.models import SettingChange
from station.ground.web.desk import DESK

SETTING_CHANGES = Register(
    name="setting_changes",
    title="Changes of settings",
    path="setting_changes",
    query=select(
        SettingChange.at,
        SettingChange.name,
        SettingChange.old,
        SettingChange.new,
        SettingChange.actor,
        SettingChange.device,
        SettingChange.reason,
    ),
    key=SettingChange.id,
    newest=SettingChange.at,
    columns=(
        Col("at", "Time", INSTANT, share=14),
        Col("name", "Setting", share=18),
        Col("old", "Before", share=12),
        Col("new", "After", share=12),
        Col("actor", "Who", share=12),
        Col("reason", "Reason", share=22),
        Col("device", "Device", share=10),
    ),
    filters=(Days(SettingChange.at), Number(SettingChange.name, SettingChange.actor, SettingChange.reason)),
    roles=DESK,
)
