"""Backup and restore: one file of the log and the kept tables as of one moment, checked before it is trusted.

Derived tables are not in it: a restore plays the log again, so that a backup of one store fits the other. The vault's
key is never in it: without the key the words of people stay locked, with it in the file they would not be."""

import hashlib
import os
import zipfile
import zlib
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import msgspec
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from .. import __version__
from . import chain
from .desk import Desk, newer, utc_now
from .own import erase
from .slice import Slice, primary_key
from .storage import Store, Tx
from .texts import Language, say
from .vault import read_erasures

FORMAT = 1
PAGE = 2000
HEAVY = {"vault_word": 25, "kernel_kept": 25}  # rows at once of tables that may hold pictures: a few megabytes each
AT_ONCE = 2000  # values of one insert; both stores take more
LOG = "log"
SWIFT = 1  # deflate: the words of a city shrink to a fifth anyway
_PROVES_KEY = b"the key of this backup"
_OF_THE_STORE = ("written_by", "vault_key", "tables.")  # rows of kernel_node that a store writes itself
Progress = Callable[[str, int], None]
_encode = msgspec.json.Encoder().encode


class Part(msgspec.Struct, frozen=True):
    """One table in the file."""

    columns: tuple[str, ...]
    rows: int
    sha256: str


class Manifest(msgspec.Struct, frozen=True):
    """What is in the file, made by whom and when; its bytes are signed with the node's key."""

    format: int
    version: str
    node: str
    at: str
    position: int
    key_digest: str
    parts: dict[str, Part]

    def reminder(self, language: Language) -> str:
        """What a person must know about every backup: the vault's key is elsewhere."""
        return say("backup.key-elsewhere", {}, language)


class Restored(msgspec.Struct, frozen=True):
    """What a restore did."""

    manifest: Manifest
    head: chain.SignedHead
    rows: dict[str, int]
    erased_again: int
    values_erased: int

    def reminder(self, language: Language) -> str:
        """That the vault's key came from elsewhere and was not in the file."""
        return say("restore.key-elsewhere", {"erased": self.erased_again, "values": self.values_erased}, language)


class Unusable(Exception):
    """A file or store that may not be restored from or into; `code` and `facts` become `backup.<code>` for people."""

    def __init__(self, code: str, **facts: Any) -> None:
        super().__init__(say(f"backup.{code}", facts, "en"))
        self.code, self.facts = code, facts


def backup(
    desk: Desk, path: Path, key: Ed25519PrivateKey, *, node: str = "", progress: Progress | None = None
) -> Manifest:
    """Write the log and all kept tables as of one moment, signed; asks go on meanwhile.

    The file appears under its name only when it is whole and on the disk; readable by the owner alone."""
    unfinished = path.with_name(path.name + ".part")
    unfinished.parent.mkdir(parents=True, exist_ok=True)
    unfinished.unlink(missing_ok=True)
    with os.fdopen(os.open(unfinished, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600), "w+b") as file:
        with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=SWIFT) as whole:
            manifest = _write(desk, whole, key, node, progress or _silent)
        file.flush()
        os.fsync(file.fileno())
    unfinished.replace(path)
    _sync_folder(path.parent)
    return manifest


def _write(desk: Desk, whole: zipfile.ZipFile, key: Ed25519PrivateKey, node: str, progress: Progress) -> Manifest:
    parts: dict[str, Part] = {}
    with desk.store.read() as tx:
        head = desk.log.head(tx)
        signed = chain.sign(key, node, head.position, head.hash, desk.clock())
        for table, order in [(LOG, ("position",)), *sorted(_kept(desk.slices).items())]:
            with whole.open(f"{table}.jsonl", "w", force_zip64=True) as out:
                parts[table] = _write_table(tx, table, order, out.write, progress)
    manifest = Manifest(
        format=FORMAT,
        version=__version__,
        node=node,
        at=signed.at,
        position=head.position,
        key_digest=desk.vault.digest(_PROVES_KEY),
        parts=parts,
    )
    body = _encode(manifest)
    whole.writestr("head.json", _encode(signed))
    whole.writestr("manifest.json", body)
    whole.writestr("manifest.sig", key.sign(body).hex())
    return manifest


def _kept(slices: Sequence[Slice]) -> dict[str, tuple[str, ...]]:
    """Every kept table with its primary key, by which it is paged."""
    return {table: primary_key(s.kept, table) for s in slices for table in s.kept_tables}


def _write_table(tx: Tx, table: str, order: Sequence[str], write: Callable[[bytes], Any], progress: Progress) -> Part:
    known, count, columns = hashlib.sha256(), 0, tuple[str, ...]()
    for page in pages(tx, table, order):
        columns = columns or tuple(page[0])
        lines = b"".join(_encode([row[c] for c in columns]) + b"\n" for row in page)
        known.update(lines)
        write(lines)
        count += len(page)
        progress(table, count)
    return Part(columns, count, known.hexdigest())


def pages(tx: Tx, table: str, order: Sequence[str]) -> Iterator[list[dict[str, Any]]]:
    """Every row of a table in the order of its key, page by page."""
    names = ", ".join(order)
    after = f" where ({names}) > ({', '.join(':' + c for c in order)})"
    size = HEAVY.get(table, PAGE)
    page = tx.rows(f"select * from {table} order by {names} limit {size}")
    while page:
        yield page
        last = {c: page[-1][c] for c in order}
        page = tx.rows(f"select * from {table}{after} order by {names} limit {size}", **last)


def examine(
    path: Path, *, signer: str | None = None, progress: Progress | None = None
) -> tuple[Manifest, chain.SignedHead]:
    """Check a backup without a store: every sum, the chain, the signatures, and that `signer` (hex) made it."""
    try:
        with zipfile.ZipFile(path) as whole:
            return _examine(whole, signer, progress or _silent)
    except (zipfile.BadZipFile, zlib.error, OSError, EOFError, KeyError, ValueError, msgspec.DecodeError) as error:
        raise Unusable("not-a-backup", file=path.name, why=str(error)) from error


def _examine(whole: zipfile.ZipFile, signer: str | None, progress: Progress) -> tuple[Manifest, chain.SignedHead]:
    body = whole.read("manifest.json")
    manifest = msgspec.json.decode(body, type=Manifest)
    head = msgspec.json.decode(whole.read("head.json"), type=chain.SignedHead)
    if manifest.format > FORMAT or newer(manifest.version):
        raise Unusable("newer", version=manifest.version, ours=__version__)
    if not chain.genuine(head, key=signer) or not _signed(head.key, whole.read("manifest.sig").decode(), body):
        raise Unusable("signature", node=manifest.node)
    for table, part in manifest.parts.items():
        known, count = hashlib.sha256(), 0
        for line in whole.open(f"{table}.jsonl"):
            known.update(line)
            count += 1
        if (count, known.hexdigest()) != (part.rows, part.sha256):
            raise Unusable("damaged", part=table)
        progress(table, count)
    _check_chain(whole, manifest, head)
    return manifest, head


def _signed(public: str, signature: str, body: bytes) -> bool:
    try:
        Ed25519PublicKey.from_public_bytes(bytes.fromhex(public)).verify(bytes.fromhex(signature), body)
    except (InvalidSignature, ValueError):
        return False
    return True


def _lines(whole: zipfile.ZipFile, table: str, part: Part) -> Iterator[dict[str, Any]]:
    for line in whole.open(f"{table}.jsonl"):
        yield dict(zip(part.columns, msgspec.json.decode(line), strict=True))


def _check_chain(whole: zipfile.ZipFile, manifest: Manifest, head: chain.SignedHead) -> None:
    before, expected = chain.START, 1
    for row in _lines(whole, LOG, manifest.parts[LOG]):
        if row["position"] != expected or row["hash"] != chain.link(before, row):
            raise Unusable("chain", position=expected)
        before, expected = row["hash"], expected + 1
    if (expected - 1, before) != (head.position, head.hash) or manifest.position != head.position:
        raise Unusable("chain", position=head.position)


def restore(
    path: Path,
    store: Store,
    slices: Sequence[Slice],
    *,
    vault_key: bytes,
    erasures: Path | None = None,
    signer: str | None = None,
    any_key: bool = False,
    clock: Callable[[], datetime] = utc_now,
    progress: Progress | None = None,
) -> Restored:
    """Fill an empty store from a checked backup, apply the list of erasures again, rebuild every derived table.

    All or nothing up to the rebuild, which the next start would finish. `any_key` restores although the vault's key is
    another one: what it locked stays locked. Closes the store."""
    say_how_far = progress or _silent
    manifest, head = examine(path, signer=signer, progress=lambda part, n: say_how_far(f"check {part}", n))
    desk = Desk(store, slices, vault_key=vault_key, clock=clock, erasures=erasures, rebuild=False)
    try:
        if not any_key and desk.vault.digest(_PROVES_KEY) != manifest.key_digest:
            raise Unusable("wrong-key")
        with zipfile.ZipFile(path) as whole:
            rows, again, values = desk.work(lambda tx: _fill(tx, desk, whole, manifest, erasures, say_how_far))
        desk.catch_up(lambda position: say_how_far("rebuild", position))
    finally:
        desk.close()
    return Restored(manifest, head, rows, again, values)


def _fill(
    tx: Tx, desk: Desk, whole: zipfile.ZipFile, manifest: Manifest, erasures: Path | None, progress: Progress
) -> tuple[dict[str, int], int, int]:
    kept = _kept(desk.slices)
    for table in (LOG, *kept):
        held = tx.rows(f"select * from {table} limit 50")
        if table == "kernel_node":
            held = [row for row in held if not row["key"].startswith(_OF_THE_STORE)]
        if held:
            raise Unusable("not-empty", table=table)
    if unknown := sorted(manifest.parts.keys() - kept.keys() - {LOG}):
        raise Unusable("unknown-table", tables=", ".join(unknown))
    filled = {table: _load(tx, table, whole, part, progress) for table, part in manifest.parts.items()}
    tx.run("insert into kernel_kind (kind) select distinct kind from log")
    desk.log.check_known(tx)
    again = values = 0
    for line in read_erasures(erasures) if erasures else ():
        gone = erase(tx, **{k: line[k] for k in ("subject", "at", "actor", "reason", "position")})
        again, values = again + bool(gone), values + gone
    for s in desk.slices:
        desk.start_over(tx, s)
    desk.read_again(tx)  # the head is another one now
    return filled, again, values


def _load(tx: Tx, table: str, whole: zipfile.ZipFile, part: Part, progress: Progress) -> int:
    size = min(HEAVY.get(table, PAGE), max(1, AT_ONCE // max(1, len(part.columns))))
    batch: list[dict[str, Any]] = []
    count = 0
    for row in _lines(whole, table, part):
        if table == "kernel_node" and row["key"].startswith(_OF_THE_STORE):
            continue
        batch.append(row)
        if len(batch) == size:
            count += _insert(tx, table, part.columns, batch)
            progress(table, count)
            batch = []
    return count + _insert(tx, table, part.columns, batch)


def _insert(tx: Tx, table: str, columns: Sequence[str], rows: Sequence[dict[str, Any]]) -> int:
    if rows:
        values = ", ".join("(" + ", ".join(f":{c}_{n}" for c in columns) + ")" for n in range(len(rows)))
        params = {f"{c}_{n}": row[c] for n, row in enumerate(rows) for c in columns}
        tx.run(f"insert into {table} ({', '.join(columns)}) values {values}", **params)
    return len(rows)


def _silent(part: str, rows: int) -> None:
    pass


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
