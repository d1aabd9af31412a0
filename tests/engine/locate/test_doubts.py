"""What looks like a place and is none: the reason is given, and nothing is guessed."""

import pytest

from siaga.engine.locate import LONGEST, REASONS, Located, NotLocated, locate


def reason(text: str) -> str:
    """The reason why a text gives no place."""
    found = locate(text)
    assert isinstance(found, NotLocated), found
    return found.reason


@pytest.mark.parametrize(
    "text",
    [
        "Hubungi 0812-3456-7890 atau (0548) 21234",
        "WA +62 812 3456 7890, kantor 0548.21234",
        "telp 0812.3456789, 0813.4567890",
        "Jl. Gunung Sari RT 12 RW 3 No. 45",
        "RT.05/RW.02, Blok C No 12, 75311",
        "Jalan Bhayangkara 12, 117",
        "tgl 24.11.2026 jam 14.03.22",
        "24/11/2026, 14:03:22",
        "pukul 07.30 - 08.45 WITA",
        "07:30:15 08:45:30",
        "kerugian Rp 12.500.000, 15.000.000 dan 3,5 juta",
        "harga 12.500, 15.000 per liter",
        "suhu 36.5°C, 37.2°C",
        "suhu 36,5° dan 37,2°",
        "12 JUN 2026",
        "KT 1234 AB",
        "IP 10.20.30.40",
        "versi 1.2.3, 4.5.6",
        "berat 12.5 T 13.5 B",
        "12 orang, 3 luka, 117 mengungsi",
        "15.5 x 20.25 meter",
        "Rp 150000 20000 10 K",
        "plat KT 1234 AB 50S 12 KEL 123456",
        "12345+678",
        "2345+67",
        "rumah warga dekat pasar Rawa Indah",
        "https://www.instagram.com/p/0.1329,117.4901/",
        "https://contoh.id/berita/2026/0.1329/117.4901.html",
        "damkar@0.1329.id",
    ],
)
def test_numbers_of_everyday_life_are_no_coordinates(text: str) -> None:
    assert reason(text) == "no-coordinates"


@pytest.mark.parametrize(
    ("text", "field"),
    [
        ("lat 95.2 lon 117.4", "lat"),
        ("lat 0.1329 lon 217.4901", "lon"),
        ("0,1329 LU 217,4901 BT", "lon"),
        ("117.4901, 118.4901", "lat"),
        ("geo:95.1,117.4", "lat"),
        ("https://maps.google.com/?q=0.1329,217.4901", "lon"),
        ("0°67'58.4\"N 117°29'24.4\"E", "minutes"),
        ("0°07'78.4\"N 117°29'24.4\"E", "seconds"),
        ("61N 554536 14690", "zone"),
        ("50N 954536 14690", "easting"),
        ("50N 554536 14690000", "northing"),
    ],
)
def test_what_lies_outside_the_globe_is_refused_with_its_field(text: str, field: str) -> None:
    found = locate(text)
    assert isinstance(found, NotLocated)
    assert (found.reason, found.facts["field"]) == ("out-of-range", field)


@pytest.mark.parametrize(
    "text",
    [
        "https://maps.app.goo.gl/AbCdEf123",
        "maps.app.goo.gl/AbCdEf123?g_st=iw",
        "goo.gl/maps/AbCd",
        "https://bit.ly/3xyz",
        "https://s.id/damkar",
        "https://maps.apple/p/AbCd",
        "https://waze.com/ul/hqzk1abc",
        "https://yandex.com/maps/-/CDabc",
        "Rumah di ujung gang https://maps.app.goo.gl/AbCdEf123 RT 12",
    ],
)
def test_a_short_link_is_named_and_never_guessed(text: str) -> None:
    assert reason(text) == "short-link"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "empty"),
        (" \n\t ", "empty"),
        ("0.0000, 0.0000", "zero"),
        ("0°00'00\"N 0°00'00\"E", "zero"),
        ("12.500, 15.000", "uncertain"),
        ("07.30, 08.45", "uncertain"),
        ("11.2026, 12.2026", "uncertain"),
        ("7.5, 112.5", "uncertain"),
        ("0°07'58.4\" 117°29'24.4\"", "hemisphere"),
        ("Titik - 0.1329, 117.4901", "hemisphere"),
        ("-0,1329 LU 117,4901 BT", "hemisphere"),
        ("50S 554536 3900000", "hemisphere"),
        ("0° LU 117° BT", "too-coarse"),
        ("6PGV0000+", "too-coarse"),
        ("https://www.openstreetmap.org/#map=5/0.1/117.4", "too-coarse"),
        ("4FMR+52 Bontang", "short-plus-code"),
        ("https://www.google.com/maps/place/4FMR%2B52+Bontang", "short-plus-code"),
        ("X: 554536 Y: 14690", "utm-needs-zone"),
        ("UTM 554536 14690", "utm-needs-zone"),
        ("///kuda.meja.lampu", "what3words"),
        ("w3w: kuda.meja.lampu", "what3words"),
        ("https://what3words.com/kuda.meja.lampu", "what3words"),
        ("Lokasi langsung dibagikan", "live-location"),
        ("Live location shared", "live-location"),
        ("geo:0,0", "link-without-place"),
        ("geo:0,0?q=Jalan+Gunung+Sari", "link-without-place"),
        ("geo:0.1,117.4;crs=moon", "link-without-place"),
        ("https://www.google.com/maps/place/Pasar+Rawa+Indah", "link-without-place"),
        ("https://www.google.com/maps/dir/Pos+1/Pasar/@0.13,117.49,14z", "link-without-place"),
        ("https://www.google.com/maps/dir/0.1329,117.4901//@0.13,117.49,14z", "link-without-place"),
        (
            "https://www.google.com/maps/dir/Pasar/Rumah/@0.1,117.4,14z/data=!4m9!4m8!1m5!1m1!1s0x1:0x2!2m2!1d117.4901"
            "!2d0.1329!1m0!3e0",
            "link-without-place",
        ),
        ("https://www.openstreetmap.org/node/123", "link-without-place"),
        ("https://maps.apple.com/?q=Pasar", "link-without-place"),
        ("a" * (LONGEST + 1), "too-long"),
    ],
)
def test_each_doubt_has_its_reason(text: str, code: str) -> None:
    assert reason(text) == code


def test_a_short_plus_code_tells_its_code_and_the_name_to_complete_it_with() -> None:
    found = locate("di 4FMR+52 Bontang, Kalimantan Timur")
    assert isinstance(found, NotLocated)
    assert found.facts == {"code": "4FMR+52", "place": "Bontang"}


def test_a_short_link_keeps_the_link_for_a_person_to_open() -> None:
    found = locate("cek https://maps.app.goo.gl/AbCdEf123, cepat")
    assert isinstance(found, NotLocated)
    assert found.facts == {"link": "https://maps.app.goo.gl/AbCdEf123"}


def test_a_certain_place_beside_a_short_link_is_taken() -> None:
    found = locate("https://maps.app.goo.gl/AbCdEf123 0.1329, 117.4901")
    assert isinstance(found, Located)
    assert (found.lat, found.lon) == (0.1329, 117.4901)


def test_a_place_behind_the_part_that_is_read_is_not_found_and_that_is_said() -> None:
    found = locate("x " * LONGEST + "0.1329, 117.4901")
    assert found == NotLocated("too-long", {"read": float(LONGEST)})


def test_every_reason_is_ranked_once() -> None:
    assert len(set(REASONS)) == len(REASONS) == 14
