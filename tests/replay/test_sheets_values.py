"""What people type into cells: amounts, dates, times, addresses; what is not certain is not read."""

from collections.abc import Callable
from datetime import date, time
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from siaga.replay.sheets.values import Address, Unreadable, address, amount, clock, count, day, measure, point, rupiah


@pytest.mark.parametrize(
    ("typed", "means"),
    [
        ("Rp 1.500.000,-", 1_500_000),
        ("Rp. 2.000.000,00", 2_000_000),
        ("1,500,000", 1_500_000),
        ("2.500", 2_500),
        ("1,5 juta", 1_500_000),
        ("50 jt", 50_000_000),
        ("3,5 M", 3_500_000_000),
        ("± Rp 10 juta", 10_000_000),
        ("Rp.100.000.000", 100_000_000),
        ("2000000000", 2_000_000_000),
        ("nihil", 0),
        ("Tidak ada", 0),
        ("-", None),
        ("", None),
        ("Belum ditaksir", None),
    ],
)
def test_money_is_read_as_services_write_it(typed: str, means: int | None) -> None:
    assert amount(typed, money=True) == means


@pytest.mark.parametrize("typed", ["50 - 100 juta", "dua juta", "1.50.000", "1..2", "sekitar dua", "12 rumah 3 kios"])
def test_an_amount_that_is_not_certain_is_not_read(typed: str) -> None:
    with pytest.raises(Unreadable):
        amount(typed, money=True)


def test_a_measured_number_keeps_its_decimals() -> None:
    assert amount("2,5 m2") == Decimal("2.5")
    assert amount("1.250,5") == Decimal("1250.5")


@given(st.integers(0, 10**13))
def test_every_amount_reads_back_whatever_groups_its_thousands(rupiah: int) -> None:
    grouped = f"{rupiah:,}"
    for typed in (str(rupiah), grouped, grouped.replace(",", "."), f"Rp {grouped.replace(',', '.')},-"):
        assert amount(typed, money=True) == rupiah


def test_an_area_is_read_in_its_unit() -> None:
    assert measure("72 m2") == 72.0
    assert measure("0,5 ha") == measure("0,5 Hektar") == 5000.0
    assert measure("0,5", hectares=True) == 5000.0
    assert measure("300 m2", hectares=True) == 300.0


@pytest.mark.parametrize(
    ("reader", "typed"), [(rupiah, "9" * 30), (rupiah, "-5"), (count, "9" * 20), (measure, "9.000 ha")]
)
def test_more_than_can_be_is_a_slip_of_the_hand(reader: Callable[[str], object], typed: str) -> None:
    with pytest.raises(Unreadable):
        reader(typed)


@given(st.text(max_size=40) | st.from_regex(r"[0-9.,:/ -]{0,12}(ha|jt|m2|pm|Mei)?", fullmatch=True))
def test_whatever_stands_in_a_cell_it_is_read_or_not_and_nothing_breaks(cell: str) -> None:
    for reader in (amount, rupiah, count, measure, day, clock, lambda c: point(c, c), lambda c: point("", "", c)):
        try:
            reader(cell)
        except Unreadable:
            continue
    address(cell)


def test_people_are_counted_whole() -> None:
    assert count("15 KK") == 15
    assert count("1.250 jiwa") == 1250
    for typed in ("2,5", "-3"):
        with pytest.raises(Unreadable):
            count(typed)


@pytest.mark.parametrize(
    "typed",
    [
        "2017-04-05", "5/4/17", "05-04-2017", "05.04.2017", "Rabu, 5 April 2017", "5-Apr-17", "5 april2017", "42830",
        "2017-04-05 00:00:00", "2017/4/5",
    ],
)  # fmt: skip
def test_a_date_is_read_in_its_many_writings(typed: str) -> None:
    found = day(typed)
    assert found is not None
    assert found[0] == date(2017, 4, 5)


def test_a_date_may_bring_its_time() -> None:
    assert day("Rabu, 5 April 2017 pkl 13.20 WITA") == (date(2017, 4, 5), time(13, 20))
    assert day("2017-04-05 13:20:30") == (date(2017, 4, 5), time(13, 20, 30))


def test_midnight_beside_a_date_is_how_programs_write_a_day_alone() -> None:
    assert day("2017-04-05 00:00:00") == (date(2017, 4, 5), None)


def test_what_comes_first_in_a_date_is_agreed_once() -> None:
    assert day("3/4/2017") == (date(2017, 4, 3), None)
    assert day("3/4/2017", "mdy") == (date(2017, 3, 4), None)


@pytest.mark.parametrize("typed", ["31/02/2017", "13", "April 2017", "kemarin", "5 Apil 2017"])
def test_a_date_that_is_none_is_not_guessed(typed: str) -> None:
    with pytest.raises(Unreadable):
        day(typed)


@given(st.dates(date(1990, 1, 1), date(2089, 12, 31)))
def test_every_date_reads_back(when: date) -> None:
    names = ("Jan", "Februari", "Maret", "Apr", "Mei", "Juni", "Juli", "Agt", "Sept", "Oktober", "Nopember", "Desember")
    for typed in (when.isoformat(), f"{when:%d/%m/%Y}", f"{when.day} {names[when.month - 1]} {when.year}"):
        assert day(typed) == (when, None)


@pytest.mark.parametrize(
    ("typed", "means"),
    [
        ("13.20 WITA", time(13, 20)), ("pkl. 08:05", time(8, 5)), ("1:05 pm", time(13, 5)), ("0,5", time(12)),
        ("24.00", time(0)), ("2017-04-05 13:20:00", time(13, 20)), ("-", None), ("", None),
    ],
)  # fmt: skip
def test_a_time_is_read_in_its_many_writings(typed: str, means: time | None) -> None:
    assert clock(typed) == means


@pytest.mark.parametrize("typed", ["pagi", "25.10", "8", "13.75"])
def test_a_time_that_is_none_is_not_guessed(typed: str) -> None:
    with pytest.raises(Unreadable):
        clock(typed)


@pytest.mark.parametrize(
    ("typed", "kelurahan", "kecamatan"),
    [
        ("Jl. Farmasi RT. 03 RW. 04 Kel. Bendungan Hilir Kec. Tanah Abang", "Bendungan Hilir", "Tanah Abang"),
        ("Jl. Kalibaru VII No 25 RW.15Kel. Kali BaruKec. Cilincing", "Kali Baru", "Cilincing"),
        ("Jl. Muara Baru RT. 01 RW. 17 Kec. Penjaringan Kel. Penjaringan", "Penjaringan", "Penjaringan"),
        ("Jl. Indokarya 4 Blok D Kel. Papanggo Kec, Tanjung Priok", "Papanggo", "Tanjung Priok"),
        ("Jl. Taruna Gg. 3 RT. 04 RW. 03 Kel Serdang Kec. Kemayoran", "Serdang", "Kemayoran"),
        ("Jl. Apus RW. 05, titik kenal Pasar Kel. Kota Bambu Selatan Kec. Palmerah", "Kota Bambu Selatan", "Palmerah"),
        ("Desa Santan Tengah, Kecamatan Marang Kayu", "Santan Tengah", "Marang Kayu"),
        ("Jl. Kelapa Gading", "", ""),
        ("Jl. MT Haryono RT 3", "", ""),
    ],
)  # fmt: skip
def test_kelurahan_and_kecamatan_are_found_inside_the_place(typed: str, kelurahan: str, kecamatan: str) -> None:
    assert address(typed) == Address(kelurahan, kecamatan)
