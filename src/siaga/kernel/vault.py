"""The vault: words and personal values that may be read with a trace and erased without breaking the log."""

import json
import os
import secrets
from base64 import b64decode, b64encode
from collections.abc import Iterable, Mapping
from contextlib import suppress
from hashlib import blake2b, scrypt
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from .records import Ask, Personal, Told, written
from .storage import Tx

KEPT = """
create table if not exists vault_word (
    ref text primary key, sort text not null, person text not null, salt text not null, value text,
    erased_at text, erased_why text
);
create index if not exists vault_word_person on vault_word (person);
create table if not exists vault_person (person text primary key, key text, erased_at text);
create table if not exists vault_reading (
    id text primary key, at text not null, actor text not null, device text, person text not null, purpose text not null
);
create table if not exists vault_erasure (
    subject text primary key, at text not null, actor text not null, reason text not null, position integer not null
)
"""


class VaultKeyMissing(Exception):
    """The key file is gone although the vault holds values: restore it from where it is kept."""


def load_key(path: Path, *, make: bool) -> bytes:
    """The node's 32-byte vault key from its file; made on the first start, readable by the owner alone."""
    if path.exists():
        key = bytes.fromhex(path.read_text().strip())
        if len(key) != 32:
            raise VaultKeyMissing(f"{path} does not hold a key of 32 bytes")
        return key
    if not make:
        raise VaultKeyMissing(f"{path} is missing")
    key = secrets.token_bytes(32)
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w") as file:
        file.write(key.hex() + "\n")
        file.flush()
        os.fsync(file.fileno())
    return key


class Vault:
    """Encrypts with one key per person, each wrapped by the node's key."""

    def __init__(self, key: bytes) -> None:
        self._wrap = AESGCM(key)
        self._digest_key = blake2b(b"ask digest", key=key, digest_size=32).digest()

    def digest(self, body: bytes, key: bytes | None = None) -> str:
        """A keyed digest: it tells equal asks apart from different ones and gives nothing away. `key`: a partner's."""
        return blake2b(body, key=key or self._digest_key, digest_size=16).hexdigest()

    @property
    def digest_key(self) -> bytes:
        """What a partner needs to know an ask of ours when a device repeats it there; opens nothing."""
        return self._digest_key

    def stretched(self, secret: str) -> str:
        """What stands for a password in the digest of its ask: to try one out costs as much as it should."""
        return scrypt(secret.encode(), salt=self._digest_key, n=1 << 14, r=8, p=1, dklen=16).hex()

    def lock(self, raw: bytes, about: str) -> str:
        """Bytes that may hold anything, encrypted by the node's key and bound to what they are about."""
        nonce = secrets.token_bytes(12)
        return b64encode(nonce + self._wrap.encrypt(nonce, raw, about.encode())).decode()

    def unlock(self, sealed: str, about: str) -> bytes:
        """The inverse of `lock`; LookupError when they were erased or locked by another key."""
        whole = b64decode(sealed)
        try:
            return self._wrap.decrypt(whole[:12], whole[12:], about.encode())
        except (InvalidTag, ValueError) as error:
            raise LookupError(f"{about} was erased, or locked by another key") from error

    def same(self, tx: Tx, word: Told) -> bool:
        """Whether a sealed value says what is kept under its reference; what was erased, or never kept, is not held
        against it."""
        rows = tx.rows("select sort, person, value from vault_word where ref = :r", r=word.ref)
        if not rows or rows[0]["value"] is None:
            return True
        if rows[0]["sort"] == "told":
            return bool(rows[0]["value"] == word.text)
        try:
            return self._decrypted(self._person_key(tx, rows[0]["person"]), word.ref, rows[0]["value"]) == word.text
        except LookupError:
            return True

    def keep(self, tx: Tx, word: Told) -> None:
        """Store one sealed value."""
        assert word.text is not None
        value = word.text
        if isinstance(word, Personal):
            value = self._encrypted(self._person_key(tx, word.person), word.ref, word.text)
        tx.run(
            "insert into vault_word (ref, sort, person, salt, value) values (:ref, :sort, :person, :salt, :value)"
            " on conflict (ref) do nothing",
            ref=word.ref,
            sort="personal" if isinstance(word, Personal) else "told",
            person=word.person,
            salt=word.salt,
            value=value,
        )

    def opened(self, tx: Tx, refs: Iterable[str]) -> list[Told]:
        """Values with their text, to be carried to another node under its seal; what was erased is left out."""
        found: list[Told] = []
        for ref in refs:
            rows = tx.rows("select * from vault_word where ref = :r and value is not null", r=ref)
            if not rows:
                continue
            row = rows[0]
            if row["sort"] == "told":
                found.append(Told(row["value"], ref=ref, salt=row["salt"]))
                continue
            with suppress(LookupError, InvalidTag):
                text = self._decrypted(self._person_key(tx, row["person"]), ref, row["value"])
                found.append(Personal(text, ref=ref, salt=row["salt"], person=row["person"]))
        return found

    def take_in(self, tx: Tx, word: Told) -> None:
        """Keep a value that another node brought, unless it, or its person, was erased here."""
        gone = tx.rows(
            "select 1 as x from vault_erasure where subject = :r or (subject = :p and :p <> '')",
            r=word.ref,
            p=word.person,
        )
        if not gone:
            self.keep(tx, word)

    def _person_key(self, tx: Tx, person: str) -> AESGCM:
        held = tx.rows("select key from vault_person where person = :p", p=person)
        if held and held[0]["key"] is None:
            raise LookupError(f"the person {person} was erased")
        if held:
            sealed = b64decode(held[0]["key"])
            return AESGCM(self._wrap.decrypt(sealed[:12], sealed[12:], person.encode()))
        key, nonce = secrets.token_bytes(32), secrets.token_bytes(12)
        wrapped = nonce + self._wrap.encrypt(nonce, key, person.encode())
        tx.run(
            "insert into vault_person (person, key) values (:p, :k)",
            p=person,
            k=b64encode(wrapped).decode(),
        )
        return AESGCM(key)

    def _encrypted(self, key: AESGCM, ref: str, text: str) -> str:
        nonce = secrets.token_bytes(12)
        return b64encode(nonce + key.encrypt(nonce, text.encode(), ref.encode())).decode()

    def _decrypted(self, key: AESGCM, ref: str, value: str) -> str:
        sealed = b64decode(value)
        return key.decrypt(sealed[:12], sealed[12:], ref.encode()).decode()

    def reveal(self, tx: Tx, refs: Mapping[str, str | None], reader: Ask, purpose: str) -> dict[str, str | None]:
        """Personal values by name; who read whose, when and what for stays in the vault's own log.

        `refs` maps a name to a reference; an erased or unknown value is None."""
        shown: dict[str, str | None] = {}
        persons: set[str] = set()
        for name, ref in refs.items():
            rows = tx.rows("select person, value, sort from vault_word where ref = :r", r=ref) if ref else []
            if not rows or rows[0]["value"] is None or rows[0]["sort"] != "personal":
                shown[name] = None
                continue
            persons.add(rows[0]["person"])
            try:
                key = self._person_key(tx, rows[0]["person"])
                shown[name] = self._decrypted(key, str(ref), rows[0]["value"])
            except (LookupError, InvalidTag):
                shown[name] = None
        for person in sorted(persons):
            tx.run(
                "insert into vault_reading (id, at, actor, device, person, purpose)"
                " values (:id, :at, :actor, :device, :person, :purpose)",
                id=f"{reader.id}.{secrets.token_hex(8)}",  # each reading counts, also the same again
                at=written(reader.now),
                actor=reader.actor,
                device=reader.device,
                person=person,
                purpose=purpose,
            )
        return shown


def told(tx: Tx, refs: Iterable[str | None]) -> dict[str | None, str | None]:
    """The texts behind references, for those who may see the event anyway; erased ones are None."""
    wanted = [ref for ref in dict.fromkeys(refs) if ref]
    texts: dict[str | None, str | None] = {}
    for start in range(0, len(wanted), 200):
        part = {f"r{n}": ref for n, ref in enumerate(wanted[start : start + 200])}
        names = ", ".join(f":{name}" for name in part)
        for row in tx.rows(f"select ref, value from vault_word where sort = 'told' and ref in ({names})", **part):
            texts[row["ref"]] = row["value"]
    return texts


def erase(tx: Tx, subject: str, *, at: str, actor: str, reason: str, position: int) -> int:
    """Destroy a told value or a whole person: values, salts and key. Returns how many values went."""
    gone = tx.rows("select ref from vault_word where (ref = :s or person = :s) and value is not null", s=subject)
    tx.run(
        "update vault_word set value = null, salt = '', erased_at = :at, erased_why = :why"
        " where (ref = :s or person = :s) and value is not null",
        s=subject,
        at=at,
        why=reason,
    )
    tx.run("update vault_person set key = null, erased_at = :at where person = :s", s=subject, at=at)
    tx.run(
        "insert into vault_erasure (subject, at, actor, reason, position) values (:s, :at, :actor, :why, :p)"
        " on conflict (subject) do nothing",
        s=subject,
        at=at,
        actor=actor,
        why=reason,
        p=position,
    )
    return len(gone)


def read_erasures(path: Path) -> list[dict[str, Any]]:
    """The list beside the backups; a line that a crash left unfinished is not one."""
    found = []
    for line in path.read_text().splitlines() if path.exists() else ():
        with suppress(ValueError):
            found.append(json.loads(line))
    return found


def write_erasures(tx: Tx, path: Path) -> int:
    """Bring the list beside the backups up to date: a restore applies it again. Returns how many lines were added."""
    known = {line["subject"] for line in read_erasures(path)}
    rows = [row for row in tx.rows("select * from vault_erasure order by position") if row["subject"] not in known]
    if rows:
        path.parent.mkdir(parents=True, exist_ok=True)
        unfinished = path.exists() and not path.read_text().endswith("\n")
        for_the_owner = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        with os.fdopen(for_the_owner, "a") as file:
            file.write("\n" if unfinished else "")
            file.writelines(json.dumps(row) + "\n" for row in rows)
            file.flush()
            os.fsync(file.fileno())
    return len(rows)
