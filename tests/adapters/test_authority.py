"""The node's own authority: what it may speak for, how long it lasts, when it is renewed, who may read its keys."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509

from siaga.adapters.authority import OutsideAuthority, ensure, fingerprint

NOW = datetime(2026, 3, 7, 12, tzinfo=UTC)
NAMES = ("siaga.bontang.internal", "192.168.10.5")


def read(path: Path) -> x509.Certificate:
    return x509.load_pem_x509_certificate(path.read_bytes())


def test_an_authority_of_ten_years_and_a_certificate_browsers_take(tmp_path: Path) -> None:
    made = ensure(tmp_path / "tls", NAMES, NOW)
    assert made.new_authority
    assert made.renewed
    root, server = read(made.authority), read(made.certificate)
    assert (root.not_valid_after_utc - NOW).days == 3650
    assert server.not_valid_after_utc - server.not_valid_before_utc <= timedelta(days=397)
    server.verify_directly_issued_by(root)
    names = server.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    assert names.get_values_for_type(x509.DNSName) == ["siaga.bontang.internal"]
    assert [str(a) for a in names.get_values_for_type(x509.IPAddress)] == ["192.168.10.5"]
    assert made.fingerprint == fingerprint(root)


def test_keys_are_for_their_owner_alone(tmp_path: Path) -> None:
    made = ensure(tmp_path / "tls", NAMES, NOW)
    for key in (made.authority.with_suffix(".key"), made.key):
        assert key.stat().st_mode & 0o777 == 0o600
    assert (tmp_path / "tls").stat().st_mode & 0o777 == 0o700
    assert not list((tmp_path / "tls").glob("*.part"))


def test_what_holds_is_left_as_it_is(tmp_path: Path) -> None:
    first = ensure(tmp_path, NAMES, NOW)
    before = first.certificate.read_bytes()
    again = ensure(tmp_path, NAMES[:1], NOW + timedelta(days=300))
    assert (again.new_authority, again.renewed) == (False, False)
    assert first.certificate.read_bytes() == before
    assert again.names == NAMES


@pytest.mark.parametrize("days", [365, 500])
def test_a_certificate_near_or_past_its_end_is_renewed_by_the_same_authority(tmp_path: Path, days: int) -> None:
    first = ensure(tmp_path, NAMES, NOW)
    later = NOW + timedelta(days=days)
    again = ensure(tmp_path, (), later)
    assert (again.new_authority, again.renewed, again.fingerprint) == (False, True, first.fingerprint)
    assert again.ends > later + timedelta(days=300)
    assert again.names == NAMES
    read(again.certificate).verify_directly_issued_by(read(again.authority))


def test_a_new_address_of_the_machine_needs_no_new_authority(tmp_path: Path) -> None:
    first = ensure(tmp_path, NAMES, NOW)
    again = ensure(tmp_path, (), NOW, also=("10.20.30.40", "elsewhere.example.com"))
    assert again.fingerprint == first.fingerprint
    assert set(again.names) == {*NAMES, "10.20.30.40"}


def test_a_name_outside_is_refused_until_a_new_authority_is_wanted(tmp_path: Path) -> None:
    first = ensure(tmp_path, NAMES, NOW)
    with pytest.raises(OutsideAuthority) as no:
        ensure(tmp_path, ("damkar.example.go.id", "203.0.113.9", "api.siaga.bontang.internal"), NOW)
    assert no.value.names == ("damkar.example.go.id", "203.0.113.9")
    assert read(first.certificate).not_valid_after_utc == first.ends
    anew = ensure(tmp_path, ("damkar.example.go.id", "203.0.113.9"), NOW, anew=True)
    assert anew.new_authority
    assert anew.fingerprint != first.fingerprint
    assert set(anew.names) == {*NAMES, "damkar.example.go.id", "203.0.113.9"}


def test_a_key_that_does_not_fit_its_certificate_is_made_anew(tmp_path: Path) -> None:
    first = ensure(tmp_path, NAMES, NOW)
    other = ensure(tmp_path / "other", NAMES, NOW)
    first.key.write_bytes(other.key.read_bytes())
    assert ensure(tmp_path, NAMES, NOW).renewed


def test_an_authority_that_has_ended_is_replaced_and_says_so(tmp_path: Path) -> None:
    ensure(tmp_path, NAMES, NOW)
    assert ensure(tmp_path, NAMES, NOW + timedelta(days=3651)).new_authority
