"""Notices of Odoo: chains of incoming pickings, a back order is what is left of its first."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

from station.erp import port
from station.erp.inward import validate
from station.erp.inward.making import item
from station.erp.odoo import reading
from station.erp.odoo.goods import partner_code
from station.erp.odoo.model import Model, id_of, text_of
from station.erp.odoo.paging import heard
from station.exchange import documents as erp


def chains(model: Model, ids: Iterable[int]) -> tuple[reading.Batch, list[list[int]]]:
    """The whole chains that some incoming pickings belong to, each from its first picking on."""
    fields = model.known("stock.picking", reading.PICKING)
    rows = model.by_ids("stock.picking", ids, fields)
    while missing := {id_of(row["backorder_id"]) for row in rows.values()} - rows.keys() - {0}:
        above = model.by_ids("stock.picking", missing, fields)
        rows |= {number: above.get(number, _nothing(number)) for number in missing}
    todo = list(rows)
    while todo:
        below = model.wire.search_read(
            "stock.picking", [["backorder_id", "in", todo]], fields, order="id asc"
        )
        todo = [row["id"] for row in below if row["id"] not in rows]
        rows |= {row["id"]: row for row in below if row["id"] in todo}
    groups: dict[int, list[int]] = defaultdict(list)
    for number in sorted(rows):
        root, passed = number, {number}
        while (above_it := id_of(rows[root]["backorder_id"])) in rows and above_it not in passed:
            passed.add(above_it)
            root = above_it
        groups[root].append(number)
    kept = {number: row for number, row in rows.items() if "name" in row}
    return reading.Batch(kept), [
        [root, *(number for number in group if number != root)]
        for root, group in sorted(groups.items())
        if root in kept
    ]


def _nothing(number: int) -> dict[str, Any]:
    """A picking that is gone or hidden ends a chain."""
    return {"id": number, "backorder_id": False}


def notices(model: Model, ids: Iterable[int]) -> list[port.Item]:
    """The notices of some incoming pickings; closed ones have nothing to say."""
    batch, groups = chains(model, ids)
    reading.fill(model, batch)
    items = []
    for group in groups:
        states = {batch.pickings[number]["state"] for number in group if number in batch.pickings}
        root = batch.pickings[group[0]]
        name, stamp = text_of(root["name"]), str(root["write_date"])
        if states & set(reading.OPEN):
            make = lambda group=group: _notice(model, batch, group)  # noqa: E731
            items.append(item("notice", name, stamp, root, make))
        elif "cancel" in states and not states - {"cancel", "done"}:
            gone = erp.CancelNotice(asn_no=name, version=0, reason="cancelled in Odoo")
            items.append(item("cancel_notice", name, stamp, root, lambda gone=gone: gone))  # type: ignore[misc]
    return items


def _notice(model: Model, batch: reading.Batch, group: Sequence[int]) -> erp.NoticeDocument:
    root = batch.pickings[group[0]]
    partner = batch.partners[id_of(root["partner_id"])]
    partner = batch.partners.get(id_of(partner["commercial_partner_id"]), partner)
    moves = [move for number in group for move in batch.moves[number]]
    return erp.NoticeDocument(
        asn_no=text_of(root["name"]),
        supplier_code=partner_code(partner),
        supplier_name=validate.one_line(text_of(partner["name"]), 120),
        warehouse=model.ours,
        lines=tuple(
            erp.NoticeLine(line_key=key, sku_code=code, qty_each=each)
            for key, (code, each) in reading.lines_of(model, moves).items()
        ),
        version=0,
        expected_on=heard(root["scheduled_date"]).astimezone(model.zone).date()
        if root["scheduled_date"]
        else None,
    )
