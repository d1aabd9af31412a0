"""Accounts, tokens, devices, sessions, security log, clocks: all kept, since names and hashes are never in the log."""

KEPT = """
create table if not exists access_account (
    account text primary key, name text not null, login text not null, agency text not null, hash text,
    disabled integer not null, added_at text not null
);
create unique index if not exists access_account_login on access_account (login);
create table if not exists access_role (
    account text not null, agency text not null, role text not null, primary key (account, agency, role)
);
create table if not exists access_session (
    session text primary key, secret_hash text not null, account text not null, agency text not null, device text,
    started_at text not null, ends_at text not null
);
create unique index if not exists access_session_secret on access_session (secret_hash);
create table if not exists access_token (
    token text primary key, secret_hash text not null, label text not null, agency text not null, roles text not null,
    issued_at text not null, issued_by text not null, expires_at text not null, revoked_at text
);
create unique index if not exists access_token_secret on access_token (secret_hash);
create table if not exists access_offer (
    offer text primary key, code_hash text not null, label text not null, agency text not null, roles text not null,
    unit text, tracker text, offered_at text not null, offered_by text not null, expires_at text not null,
    lasts_days integer not null, used_at text, device text
);
create unique index if not exists access_offer_code on access_offer (code_hash);
create table if not exists access_device (
    device text primary key, secret_hash text not null, label text not null, agency text not null,
    roles text not null, unit text, tracker text, enrolled_at text not null, expires_at text not null,
    revoked_at text
);
create unique index if not exists access_device_secret on access_device (secret_hash);
create unique index if not exists access_device_tracker on access_device (tracker);
create table if not exists access_seen (kind text not null, id text not null, at text not null, primary key (kind, id));
create table if not exists access_failure (
    door text primary key, failures integer not null, first_at text not null, locked_until text
);
create table if not exists access_security (
    id text primary key, at text not null, kind text not null, account text, device text, address text not null,
    network text not null, detail text not null, times integer not null
);
create index if not exists access_security_at on access_security (at);
create table if not exists access_clock (
    kind text not null, id text not null, actor text not null, agency text not null, at text not null,
    offset_s real not null, primary key (kind, id)
);
create table if not exists access_borrowed (kind text not null, id text not null, primary key (kind, id))
"""
