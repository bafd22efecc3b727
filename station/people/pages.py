"""Sign-in, sign-out, and what each person likes: language, theme, speech."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from flask import Blueprint, Response, g, jsonify, make_response, redirect, render_template, request, url_for
from sqlalchemy import update

from station.ground import shop
from station.ground.scan.cleaning import clean
from station.ground.scan.codes import internal
from station.ground.web.i18n import chosen_language
from station.ground.web.kit import (
    actor,
    allow,
    csrf_token,
    hub,
    is_path_here,
    mark,
    public,
    set_cookie,
    set_mark,
    token,
)
from station.ground.words.actor import Actor
from station.ground.words.messages import Refused, catalogue, say
from station.ground.work import Machine, Work
from station.people import editing, first
from station.people.gate import Gate, Place, SignedIn
from station.people.models import User
from station.people.pins import Pins
from station.people.sessions import identify

blueprint = Blueprint("people", __name__)

FIRST_START = Machine("first start")


@blueprint.route("/login", methods=["GET", "POST"])
@public
def sign_in() -> Any:
    """Badge and PIN; a form for people, JSON for programs."""
    if request.method == "GET":
        with hub().db.read() as tx:
            is_new = first.nobody_is_there(tx)
        if is_new:
            return redirect(url_for("people.first_start"))
        return _login()
    fields = (request.get_json(silent=True) or {}) if request.is_json else request.form
    try:
        signed = _open(fields)
    except Refused as refusal:
        message = catalogue()[refusal.code]
        if request.is_json:
            body = {"accepted": False, "tone": message.tone, "code": refusal.code, "message": message.text()}
            return jsonify(body), 422
        return _login(message.text()), 422
    return _welcome(signed)


def _login(refusal: dict[str, str] | None = None) -> str:
    station = hub()
    with station.db.read() as tx:
        house = shop.name_of(tx, station.settings)
    return render_template("people/login.html", warehouse=house, refusal=refusal, demo=station.demo_people)


@blueprint.route("/first", methods=["GET", "POST"])
@public
def first_start() -> Any:
    """The owner of a station that has no people yet, together with the code in the server's window."""
    station = hub()
    with station.db.read() as tx:
        is_new = first.nobody_is_there(tx)
    if not is_new:
        return redirect(url_for("people.sign_in"))
    if request.method == "GET":
        return _first_form({"number": "1001"}, None)
    wanted = editing.read(request.form, first.OWNER)
    try:
        badge = _make_owner(wanted)
    except Refused as refusal:
        values = {"code": request.form.get("code", "")[:12], "number": wanted.number, "name": wanted.name}
        values["shop"] = request.form.get("shop", "")[:80]
        return _first_form(values, say(refusal.code, refusal.facts)), 422
    return _welcome(_sign_in(badge, wanted.pin, ""), url_for("office.first"))


def _first_form(values: dict[str, str], refusal: dict[str, str] | None) -> str:
    asks_shop = not hub().settings.warehouse_name
    return render_template("people/first.html", values=values, asks_shop=asks_shop, refusal=refusal)


def _make_owner(wanted: editing.Wanted) -> str:
    """The owner's badge; the code is judged first, so that nobody learns anything without it."""
    station = hub()
    if not station.part(first.FirstStart).is_right(request.form.get("code", "")):
        raise Refused("E-PPL-08")
    editing.judge(wanted, station.settings.rules, has_pin=False)
    pin_hash = station.part(Pins).hash(wanted.pin)
    name = request.form.get("shop", "").strip()

    def begin(work: Work) -> str:
        owner = first.make_owner(work, wanted.number, wanted.name, pin_hash)
        if name and not station.settings.warehouse_name:
            shop.rename(work, name)
        return owner.badge

    return station.works.do(begin, FIRST_START)


def _open(fields: Any) -> SignedIn:
    if not hasattr(fields, "get"):
        raise Refused("E-AUTH-06")
    badge, pin, device = (
        "".join(char for char in str(fields.get(name, ""))[:80] if char.isprintable())
        for name in ("badge", "pin", "device")
    )
    return _sign_in(_badge(badge), pin.strip(), device)


def _sign_in(badge: str, pin: str, device: str) -> SignedIn:
    place = Place(request.remote_addr or "", mark(), device)
    return hub().part(Gate).sign_in(badge, pin, place, hub().clock.now(), old=token())


def _badge(text: str) -> str:
    """A badge as scanned, or its number as printed on it: without prefix and check character."""
    badge = clean(text)[0].upper()
    return internal("US", badge) if badge.isascii() and badge.isdigit() else badge


def _welcome(signed: SignedIn, start: str = "") -> Response:
    who = _in_language(signed.actor)
    if request.is_json:
        response = jsonify(
            csrf=csrf_token(signed.token), name=who.name, roles=sorted(who.roles), lang=who.lang
        )
    else:
        target = request.form.get("next", "")
        response = make_response(
            redirect(target if is_path_here(target) else start or url_for("office.start"))
        )
    set_cookie(response, signed.token)
    set_mark(response, signed.mark)
    return response


def _in_language(who: Actor) -> Actor:
    """Whoever switched the language at the sign-in keeps it."""
    lang = chosen_language()
    if not lang or lang == who.lang:
        return who
    hub().db.write(lambda tx: tx.execute(update(User).where(User.id == who.user_id).values(lang=lang)))
    return replace(who, lang=lang)


@blueprint.post("/logout")
@allow(everybody=True)
def sign_out() -> Any:
    """End the session on the server; the cookie is worthless afterwards."""
    hub().part(Gate).sign_out(token(), hub().clock.now())
    return redirect(url_for("people.sign_in"))


@blueprint.post("/here")
@allow(everybody=True)
def stay() -> Any:
    """The person at the desk is awake: keeps the session from locking (a look alone writes nothing)."""
    station = hub()
    mine, now, limit = token(), station.clock.now(), station.settings.rules.idle_lock_s
    station.db.write(lambda tx: identify(tx, mine, now, limit, touch=True))
    return "", 204


@blueprint.post("/lang")
@allow(everybody=True)
def switch_language() -> Any:
    """Chinese or English, per person."""
    return _prefer(lang="en" if g.actor.lang == "zh" else "zh")


@blueprint.post("/theme")
@allow(everybody=True)
def switch_theme() -> Any:
    """Bright for the dock or dark for the aisle, per person: it follows them to another handheld."""
    return _prefer(theme="dark" if g.actor.theme == "bright" else "bright")


@blueprint.post("/speech")
@allow(everybody=True)
def switch_speech() -> Any:
    """Whether slots and quantities are read aloud, per person."""
    return _prefer(is_spoken=not g.actor.is_spoken)


def _prefer(**liked: Any) -> Any:
    """Note what the present person likes, and go back to where they were."""
    user_id = actor().user_id
    hub().db.write(lambda tx: tx.execute(update(User).where(User.id == user_id).values(**liked)))
    return redirect(request.referrer if _is_ours(request.referrer) else url_for("office.start"))


def _is_ours(target: str | None) -> bool:
    return bool(target and target.startswith(request.host_url))
