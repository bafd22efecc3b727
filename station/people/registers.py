"""The list of people, and the list of scans that were refused them."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from flask import g
from sqlalchemy import false, select

from station.ground.registers.filters import Days, Number, OneOf, State
from station.ground.registers.kinds import INSTANT, WORDS, YES
from station.ground.registers.register import Add, Col, Link, Register
from station.ground.scan.models import Scan
from station.ground.web.desk import DESK
from station.ground.web.i18n import gettext
from station.ground.web.scan import workflows
from station.ground.words.actor import Role
from station.ground.words.messages import catalogue, say
from station.people.models import AuditRow, User

PEOPLE = Register(
    name="people",
    title="People",
    path="people",
    query=select(User.id, User.badge, User.name, User.roles, User.lang, User.is_active, User.created_at),
    key=User.id,
    columns=(
        Col("badge", "Badge", share=12),
        Col("name", "Name", share=12),
        Col("roles", "Roles", WORDS, share=26),
        Col("lang", "Language", share=8),
        Col("is_active", "Active", YES, share=8),
        Col("created_at", "Since", INSTANT),
    ),
    filters=(OneOf(User.roles, tuple(Role), title="Role"), Number(User.badge, User.name)),
    roles=DESK,
    link=Link("office.person", user_id="id"),
    add=Add("office.add_person", (Role.ADMIN,)),
)


def process(workflow: str) -> str:
    """A process in the person's language."""
    flow = workflows().get(workflow)
    return say(flow.title)[g.actor.lang] if flow else workflow


def step(workflow: str, name: str) -> str:
    """A step of a process, as it asks."""
    flow = workflows().get(workflow)
    known = flow.steps.get(name) if flow else None
    return say(known.prompt)[g.actor.lang] if known else name


def why(row: Any) -> str:
    """The sentence the handheld showed, with the facts it named."""
    message = row.reply.get("message") if isinstance(row.reply, dict) else None
    return f"{row.code} {(message or say(row.code))[g.actor.lang]}"


def _refusal(code: str) -> str:
    return f"{code} {say(code)[g.actor.lang]}" if code in catalogue() else code


REFUSALS = Register(
    name="refusals",
    title="Refusals",
    path="refusals",
    query=select(
        Scan.id,
        Scan.at,
        User.name,
        Scan.device,
        Scan.workflow,
        Scan.step,
        Scan.code,
        Scan.raw,
        Scan.reply,
    ).join(User, User.id == Scan.user_id),
    key=Scan.id,
    newest=Scan.at,
    only=Scan.is_accepted.is_(false()),
    columns=(
        Col("at", "Time", INSTANT),
        Col("name", "Who", share=9),
        Col("device", "Device", share=9),
        Col("workflow", "Process", of=lambda row: process(row.workflow), share=8),
        Col("step", "Step", of=lambda row: step(row.workflow, row.step), share=14),
        Col("code", "Refused", of=why, share=26),
        Col("raw", "Scanned", share=16),
    ),
    filters=(
        Days(Scan.at, is_today=True),
        State(Scan.code, title="Refused", words=_refusal),
        Number(Scan.raw, Scan.device),
    ),
    roles=DESK,
    link=Link("office.refusal", scan_id="id"),
)


def where(row: Any) -> SimpleNamespace:
    """A wrong PIN in words: when, at which door, on whose handheld, from where."""
    detail = row.detail if isinstance(row.detail, dict) else {}
    flow, _, at_step = str(detail.get("door", "")).partition(".")
    door = f"{process(flow)} · {step(flow, at_step)}" if at_step else gettext("Sign in")
    return SimpleNamespace(
        at=row.at,
        door=door,
        by=row.actor if row.user_id else "",
        address=str(detail.get("address", "")),
        device=str(detail.get("device", "")),
    )


WRONG_PINS = Register(
    name="wrong_pins",
    title="Wrong PINs",
    path="wrong_pins",
    query=select(
        AuditRow.id,
        AuditRow.at,
        AuditRow.subject,
        AuditRow.actor,
        AuditRow.user_id,
        AuditRow.detail,
        User.name,
    ).outerjoin(User, User.badge == AuditRow.subject),
    key=AuditRow.id,
    newest=AuditRow.at,
    only=AuditRow.action == "WRONG_PIN",
    columns=(
        Col("at", "Time", INSTANT),
        Col("name", "Name", share=12),
        Col("subject", "Badge", share=12),
        Col("door", "At", of=lambda row: where(row).door, share=20),
        Col("by", "Asked by", of=lambda row: where(row).by, share=12),
        Col("device", "Device", of=lambda row: where(row).device, share=12),
        Col("address", "Address", of=lambda row: where(row).address, share=14),
    ),
    filters=(Days(AuditRow.at), Number(AuditRow.subject, AuditRow.actor)),
    roles=DESK,
)
