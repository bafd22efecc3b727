"""``station bench erp``: documents per second in and out, and what a first import costs the floor."""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from typing import Any

import click
import requests
from sqlalchemy import update

from station.catalog.models import Carrier
from station.erp import connections
from station.erp.inward import feeds, inbox
from station.erp.sync import Sync
from station.exchange import documents, outbox
from station.exchange.models import OutboxMessage
from station.ground.db import Database, schema
from station.practice.bench import platform
from station.practice.bench.driving import drive, served
from station.practice.bench.fill import fill
from station.practice.bench.run import integrity, say
from station.settings import Settings, load
from station.wiring.hub import Hub, build

HANDHELDS = 50
BEFORE_S, SLICE_S, LONGEST_S = 15, 10, 600
MESSAGES, TRIPS = 1000, 500
FEEDS = 4
"""Feeds of an open platform."""


def bench(articles: int, orders: int, *, as_json: bool) -> None:
    """Measure and print; exit status 1 when the books are wrong afterwards."""
    started = time.monotonic()
    say(as_json, f"taking over {articles} articles and {orders} orders …")
    alone = _take_over(articles, orders)
    with tempfile.TemporaryDirectory(prefix="station-bench-") as folder, _office(articles, orders) as port:
        environ = os.environ | {"STATION_DATA": folder, "STATION_HOST": "127.0.0.1", "STATION_WORKERS": "on"}
        environ["STATION_ALLOW_ADDRESSES"] = "127.0.0.1"
        environ.pop("STATION_DATABASE_URL", None)
        settings = load(environ)
        say(as_json, "filling a hall with pick work …")
        _prepare(settings, port)
        report = _measure(settings, environ, port, articles + orders, as_json=as_json)
    report |= alone
    report["seconds"] = round(time.monotonic() - started)
    if as_json:
        click.echo(json.dumps(report))
    else:
        _table(report)
    sys.exit(0 if report["integrity"] == "ok" else 1)


@contextlib.contextmanager
def _office(articles: int, orders: int) -> Iterator[int]:
    command = [sys.executable, "-m", "station.practice.bench.platform", str(articles), str(orders)]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)  # noqa: S603
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        yield int(process.stdout.readline())
    finally:
        process.stdin.close()
        process.wait(timeout=30)


def _prepare(settings: Settings, port: int) -> None:
    """A hall with pick work, and two connections that are not worked on yet."""
    settings.data.mkdir(parents=True, exist_ok=True)
    schema.upgrade(settings.url)
    hub = build(settings)
    try:
        fill(hub, HANDHELDS, HANDHELDS, busy_stops=400, stops=25)
        values = {
            "url": f"http://127.0.0.1:{port}/router",
            "app_key": "bench",
            "secret": "bench",
            "customer_id": "bench",
            "warehouse": "W01",
            "qps": "100",
            "page_size": "100",
            "first_days": "1",
            "window_minutes": "44640",
        }
        hook = {"webhook_url": f"http://127.0.0.1:{port}/hook", "webhook_secret": "bench-bench-bench"}
        for code, kind, given in (("office", "qimen", values), ("hook", "rest", hook)):
            _add(hub, code, kind, given)
    finally:
        hub.close()


def _add(hub: Hub, code: str, kind: str, values: dict[str, str]) -> None:
    now = hub.clock.now()

    def work(tx: Any) -> None:
        connections.add(tx, hub.vault, code=code, name=code, kind=kind, values=values, now=now)
        connections.set_active(tx, code, is_active=False)

    hub.db.write(work)


def _take_over(articles: int, orders: int) -> dict[str, Any]:
    """Documents that are there already: the time of judging and applying them, without wire and floor."""
    with tempfile.TemporaryDirectory(prefix="station-bench-") as folder:
        environ = os.environ | {"STATION_DATA": folder}
        environ.pop("STATION_DATABASE_URL", None)
        settings = load(environ)
        schema.upgrade(settings.url)
        hub = build(settings)
        try:
            hub.db.write(lambda tx: tx.add(Carrier(code="ZTO", name="中通快递")))
            sync = hub.sync()
            articles_s = _timed(sync, [platform.as_article(number) for number in range(articles)])
            orders_s = _timed(sync, [platform.as_order(number, articles) for number in range(orders)])
        finally:
            hub.close()
    return {"articles_s": round(articles_s, 1), "orders_s": round(orders_s, 1), "orders": orders}


def _timed(sync: Sync, made: list[Any]) -> float:
    started = time.perf_counter()
    results = sync.arrivals.apply("folder", inbox.items_of(made))
    if not all(result.is_changed for result in results):
        raise click.ClickException(f"not taken over: {next(item for item in results if not item.is_changed)}")
    return time.perf_counter() - started


def _measure(
    settings: Settings, environ: dict[str, str], port: int, total: int, *, as_json: bool
) -> dict[str, Any]:
    say(as_json, "scans alone …")
    with served(environ, 0) as (station, _pid):
        alone = drive(station, HANDHELDS, BEFORE_S, thinks=True)
        say(as_json, f"scans beside the first import of {total} documents …")
        beside, taken_s = _import(settings, station)
    say(as_json, "confirmations …")
    trip_in, trip_out = _trips(f"http://127.0.0.1:{port}")
    sent = _send(settings)
    rate_in = total / taken_s
    return {
        "documents": total,
        "taken_s": round(taken_s, 1),
        "in_per_s": round(rate_in),
        "bare_pages_per_s": round(trip_in),
        "in_per_bare_page": round(rate_in / trip_in, 1),
        "out_per_s": round(sent),
        "bare_posts_per_s": round(trip_out),
        "out_ratio": round(sent / trip_out, 2),
        "scans": {"alone": alone, "beside": beside},
        "p95_ratio": round(beside["p95"] / alone["p95"], 2),
        "integrity": integrity(settings),
    }


def _import(settings: Settings, station: int) -> tuple[dict[str, Any], float]:
    """Scan while the server reads everything; the worst slice, and how long the import took."""
    db = Database(settings.url)
    done = threading.Event()
    slices: list[dict[str, Any]] = []

    def scanning() -> None:
        while not done.is_set():
            slices.append(drive(station, HANDHELDS, SLICE_S, thinks=True))

    try:
        db.write(lambda tx: connections.set_active(tx, "office", is_active=True))
        started = time.monotonic()
        hands = threading.Thread(target=scanning)
        hands.start()
        try:
            taken_s = _until_read(db, started)
        finally:
            done.set()
            hands.join()
    finally:
        db.close()
    return max(slices, key=lambda item: float(item["p95"])), taken_s


def _until_read(db: Database, started: float) -> float:
    while True:
        with db.read() as tx:
            rows = feeds.list_all(tx, "office")
            if len(rows) == FEEDS and all(feed.finished_at is not None for feed in rows):
                return time.monotonic() - started
        if time.monotonic() - started > LONGEST_S:
            raise click.ClickException(f"the import was not finished within {LONGEST_S} s")
        time.sleep(0.2)


def _trips(url: str) -> tuple[float, float]:
    """Bare round trips a second with the same server: a page of a hundred orders, a small message."""
    page = b"<request><page>2</page><pageSize>100</pageSize></request>"
    return _rate(f"{url}/router?method=deliveryorders.query", page), _rate(f"{url}/hook", b"{}")


def _rate(url: str, body: bytes) -> float:
    with requests.Session() as session:
        session.trust_env = False
        started = time.perf_counter()
        for _ in range(TRIPS):
            session.post(url, data=body, timeout=10).raise_for_status()
        return TRIPS / (time.perf_counter() - started)


def _send(settings: Settings) -> float:
    """Confirmations a second from the outbox to a webhook, one after another as in a warehouse."""
    hub = build(settings)
    try:
        now = hub.clock.now()
        for number in range(MESSAGES):
            doc = documents.OrderStateDocument(
                event_key=f"BENCH-{number}",
                erp_no=f"SO{number:08d}",
                order_no=f"DO{number:08d}",
                state="CANCELED",
                at=now,
                operator="bench",
            )
            hub.db.write(lambda tx, doc=doc: outbox.put(tx, doc, doc_no=doc.order_no, now=now))  # type: ignore[misc]
        hub.db.write(_to_hook)
        sync = hub.sync()
        started, sent = time.perf_counter(), 0
        while more := sync.push("hook"):
            sent += more
        spent = time.perf_counter() - started
        sync.close()
    finally:
        hub.close()
    if sent != MESSAGES:
        raise click.ClickException(f"{sent} of {MESSAGES} confirmations went out")
    return sent / spent


def _to_hook(tx: Any) -> None:
    mine = OutboxMessage.event_key.startswith("BENCH-")
    tx.execute(update(OutboxMessage).where(mine).values(target="hook"))


def _table(report: dict[str, Any]) -> None:
    click.echo(
        f"validated and taken over: {report['orders']} orders in {report['orders_s']} s, "
        f"articles in {report['articles_s']} s"
    )
    click.echo(f"first import beside scans: {report['documents']} documents in {report['taken_s']} s")
    click.echo(f"{'':34}{'per s':>10}{'bare trips / s':>16}{'ratio':>8}")
    for name, key, bare, ratio in (
        ("in, documents per page trip", "in_per_s", "bare_pages_per_s", "in_per_bare_page"),
        ("out, messages per trip", "out_per_s", "bare_posts_per_s", "out_ratio"),
    ):
        click.echo(f"{name:34}{report[key]:>10}{report[bare]:>16}{report[ratio]:>8}")
    click.echo(f"\n{HANDHELDS} handhelds{'p50 ms':>20}{'p95':>9}{'p99':>9}{'errors':>9}")
    for name in ("alone", "beside"):
        row = report["scans"][name]
        click.echo(f"{name:12}{row['p50']:>20}{row['p95']:>9}{row['p99']:>9}{row['errors']:>9}")
    click.echo(f"p95 ratio {report['p95_ratio']} · books {report['integrity']} · {report['seconds']} s")
