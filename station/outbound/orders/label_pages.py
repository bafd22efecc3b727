"""The carrier's label of an order at the desk: how it will look, or why it cannot be printed."""

from __future__ import annotations

import base64
from contextlib import suppress
from functools import partial
from typing import Any

from flask import Response, abort, redirect, render_template, request, url_for

from printers import foreign, reasons
from printers.apart import NotNow
from printers.documents import SuppliedWaybill, to_data
from printers.errors import PrintError
from printers.supplied import BYTE_LIMIT
from station.carriers import refused, supplied
from station.carriers.supplied import SuppliedLabel
from station.ground.registers.uploads import sent, takes_file
from station.ground.web.desk import DESK, RULERS, asked_why, blueprint
from station.ground.web.i18n import gettext as _
from station.ground.web.i18n import language
from station.ground.web.kit import actor, allow, hub
from station.ground.words.messages import Refused
from station.ground.work import Work
from station.outbound.orders import labels, queries
from station.paper import targets

takes_file("office.put_label", BYTE_LIMIT)
ENDINGS = (".zpl", ".tspl", ".txt", ".prn", ".pdf", ".png")
_BEGINNINGS = ((b"%PDF-", "pdf"), (b"\x89PNG", "png"))
_NUMBER_LIMIT = 60


@blueprint.get("/desk/orders/<order_no>/label")
@allow(*DESK)
def order_label(order_no: str) -> Any:
    """The label, or why it cannot be printed."""
    return _page(order_no)


@blueprint.get("/desk/orders/<order_no>/label.png")
@allow(*DESK)
def order_label_picture(order_no: str) -> Any:
    """How it comes out of the first printer for waybills that can print it."""
    with hub().db.read() as tx:
        label = supplied.of_order(tx, _order(order_no).id)
        printers = targets.of_waybills(tx)
    shown = _shown(label, printers) if label is not None and label.data else None
    if shown is None:
        abort(404)
    return Response(shown, mimetype="image/png")


def _shown(label: SuppliedLabel, printers: list[foreign.Target]) -> bytes | None:
    data = to_data(supplied.document(label))
    for printer in printers:
        with suppress(PrintError, NotNow):
            return foreign.draw("supplied_waybill", data, printer.media, printer.dpi, "png", {}).shown
    return None


@blueprint.post("/desk/orders/<order_no>/label")
@allow(*RULERS)
def put_label(order_no: str) -> Any:
    """Another label, as a file or as text: looked at like one that the office sends."""
    order = _order(order_no)
    number = "".join(request.form.get("waybill_no", "").split())[:_NUMBER_LIMIT]
    if not number or not number.isprintable():
        raise Refused("E-TXT-01", max=_NUMBER_LIMIT)
    data = request.form.get("text", "").encode() or sent(ENDINGS)[1]
    paper = SuppliedWaybill(number, _kind_of(data), base64.b64encode(data).decode(), _density())
    with hub().db.read() as tx:
        printers = targets.of_waybills(tx)
    try:
        targets.require_printable(paper, printers)
    except PrintError as error:
        return _page(order_no, reasons.in_both(str(error))[language()]), 422
    except NotNow:
        raise Refused("E-FIL-03") from None

    def put(work: Work) -> str:
        label = SuppliedLabel(
            waybill_no=number,
            format=paper.format,
            made_for_dpi=paper.made_for_dpi,
            data=paper.data,
            received_at=work.now,
        )
        return labels.accept(work, order.id, label)

    try:
        result = hub().works.do(put, actor())
    except ValueError:
        return _page(order_no, _("This number belongs to another order.")), 422
    if result != "TAKEN":
        return _page(order_no, _("This number is on a parcel already.")), 422
    return redirect(url_for("office.order_label", order_no=order_no))


@blueprint.post("/desk/orders/<order_no>/label/own")
@allow(*RULERS)
def own_label(order_no: str) -> Any:
    """The station draws its own label for this order."""
    order = _order(order_no)
    hub().works.do(partial(labels.overrule, order_id=order.id, reason=asked_why()), actor())
    return redirect(url_for("office.order", order_no=order_no))


def _kind_of(data: bytes) -> str:
    for beginning, kind in _BEGINNINGS:
        if data.startswith(beginning):
            return kind
    return "zpl" if b"^XA" in data.upper() else "tspl"


def _density() -> int:
    return 300 if request.form.get("dpi") == "300" else 203


def _order(order_no: str) -> Any:
    with hub().db.read() as tx:
        row = queries.order(tx, order_no)
    if row is None:
        abort(404)
    return row[0]


def _page(order_no: str, trouble: str = "") -> str:
    order = _order(order_no)
    with hub().db.read() as tx:
        label, standing = supplied.of_order(tx, order.id), refused.standing(tx, order.id)
    return render_template(
        "orders/label.html",
        order=order,
        label=label,
        standing=standing,
        why=reasons.in_both(standing.why)[language()] if standing else "",
        trouble=trouble,
        endings=",".join(ENDINGS),
        may_set=actor().may(frozenset(RULERS)),
        demo=hub().demo_people,
    )
