"""One refused scan on the desk: what was scanned where, what was answered, and what was scanned before."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from flask import abort

from station.ground.web.desk import DESK, blueprint, detail_page, table
from station.ground.web.i18n import gettext as _
from station.ground.web.kit import allow, hub
from station.people import queries
from station.people.registers import process, step, why

BEFORE = 10
"""How many earlier scans of the same person in the same process are shown."""


@blueprint.get("/desk/refusals/<int(max=9223372036854775807):scan_id>")
@allow(*DESK)
def refusal(scan_id: int) -> Any:
    """One refused scan and what led to it."""
    with hub().db.read() as tx:
        row = queries.refusal(tx, scan_id)
        if row is None:
            abort(404)
        before = queries.scans_before(tx, row.run_id, scan_id, BEFORE)
    facts = [
        (_("Time"), row.at),
        (_("Who"), f"{row.name} {row.badge}"),
        (_("Device"), row.device),
        (_("Process"), process(row.workflow)),
        (_("Step"), step(row.workflow, row.step)),
        (_("Scanned"), row.raw),
        (_("Typed by hand"), _("Yes") if row.is_manual else _("No")),
    ]
    columns = [(_("Time"), "at"), (_("Step"), "step"), (_("Scanned"), "raw"), (_("Answer"), "said")]
    scans = [
        SimpleNamespace(at=scan.at, step=step(scan.workflow, scan.step), raw=scan.raw, said=why(scan))
        for scan in before
    ]
    return detail_page(why(row), facts, [(_("Scans before"), table(columns, scans))])
