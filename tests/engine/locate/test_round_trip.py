"""A place written in any form and read again is the same place, within the precision that is claimed."""

import re
import string
from collections.abc import Callable
from typing import Any
from urllib.parse import quote

import mgrs
import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st
from openlocationcode import openlocationcode
from pyproj import Geod, Proj

from siaga.engine.locate import LONGEST, Located, NotLocated, locate

encode: Any = openlocationcode.encode  # a library without types
GEOD = Geod(ellps="WGS84")
OSM_DIGITS = string.ascii_uppercase + string.ascii_lowercase + string.digits + "_~"


def halves(lat: float, lon: float, north: str, south: str, east: str, west: str) -> tuple[str, str]:
    return (south if lat < 0 else north), (west if lon < 0 else east)


def sexagesimal(value: float) -> str:
    tenths = round(abs(value) * 36_000)
    return f"{tenths // 36_000}°{tenths // 600 % 60:02d}'{tenths % 600 // 10:02d}.{tenths % 10}\""


def minutes(value: float) -> str:
    thousandths = round(abs(value) * 60_000)
    return f"{thousandths // 60_000}°{thousandths % 60_000 / 1000:06.3f}'"


def indonesian(lat: float, lon: float) -> str:
    ns, ew = halves(lat, lon, "LU", "LS", "BT", "BB")
    return f"{abs(lat):.5f} {ns} {abs(lon):.5f} {ew}".replace(".", ",")


def dms(lat: float, lon: float) -> str:
    ns, ew = halves(lat, lon, "N", "S", "E", "W")
    return f"{sexagesimal(lat)}{ns} {sexagesimal(lon)}{ew}"


def dms_indonesian(lat: float, lon: float) -> str:
    ns, ew = halves(lat, lon, "LU", "LS", "BT", "BB")
    return f"{sexagesimal(lat)} {ns}, {sexagesimal(lon)} {ew}".replace(".", ",")


def dm_first(lat: float, lon: float) -> str:
    ns, ew = halves(lat, lon, "N", "S", "E", "W")
    return f"{ns} {minutes(lat)} {ew} {minutes(lon)}"


def iso(lat: float, lon: float) -> str:
    return f"{lat:+09.5f}{lon:+010.5f}/"


def utm(lat: float, lon: float) -> str:
    zone = min(int((lon + 180) // 6) + 1, 60)
    east, north = Proj(proj="utm", zone=zone, south=lat < 0, ellps="WGS84")(lon, lat)
    # Band S would be read as south, as it is meant in Indonesia, were it not written N.
    band = "CDEFGHJKLMNPQRSTUVWX"[int((lat + 80) // 8)].replace("S", "N")
    return f"{zone}{band} {east:.0f} {north:.0f}"


def mgrs_reference(lat: float, lon: float) -> str:
    return str(mgrs.MGRS().toMGRS(lat, lon, MGRSPrecision=4))


def osm_short(lat: float, lon: float) -> str:
    x, y = int((lon + 180) / 360 * 2**30), int((lat + 90) / 180 * 2**30)
    bits = "".join(f"{x >> n & 1}{y >> n & 1}" for n in range(29, -1, -1))
    return "https://osm.org/go/" + "".join(OSM_DIGITS[int(bits[n : n + 6], 2)] for n in range(0, 54, 6)) + "?m="


FORMS: dict[str, Callable[[float, float], str]] = {
    "decimal": lambda lat, lon: f"{lat:.6f}, {lon:.6f}",
    "four decimals": lambda lat, lon: f"{lat:.4f} {lon:.4f}",
    "decimal commas": lambda lat, lon: f"{lat:.5f}, {lon:.5f}".replace(".", ",").replace(",,", ", "),
    "labels": lambda lat, lon: f"lat: {lat:.4f} long: {lon:.4f}",
    "indonesian labels": lambda lat, lon: f"Lintang {lat:.4f}; Bujur {lon:.4f}".replace(".", ","),
    "json": lambda lat, lon: f'{{"lat": {lat:.7f}, "lng": {lon:.7f}}}',
    "geojson": lambda lat, lon: f'"coordinates": [{lon:.6f}, {lat:.6f}]',
    "letters": indonesian,
    "dms": dms,
    "dms indonesian": dms_indonesian,
    "dm": dm_first,
    "iso": iso,
    "plus code": lambda lat, lon: str(encode(lat, lon)),
    "long plus code": lambda lat, lon: str(encode(lat, lon, 12)),
    "utm": utm,
    "mgrs": mgrs_reference,
    "osm short": osm_short,
    "google q": lambda lat, lon: f"https://maps.google.com/?q={lat:.7f},{lon:.7f}",
    "google escaped": lambda lat, lon: (
        f"https://www.google.com/maps/search/?api=1&query={quote(f'{lat:.5f},{lon:.5f}')}"
    ),
    "google pin": lambda lat, lon: f"https://www.google.com/maps/place/X/@1.5,2.5,9z/data=!8m2!3d{lat:.7f}!4d{lon:.7f}",
    "google dms": lambda lat, lon: (
        f"https://www.google.com/maps/place/{quote(dms(lat, lon)).replace('%20', '+')}/@1,2,9z"
    ),
    "google way": lambda lat, lon: f"https://www.google.com/maps/dir/1.5,2.5/{lat:.6f},{lon:.6f}/@1.5,2.5,9z",
    "google view": lambda lat, lon: f"https://www.google.com/maps/@{lat:.7f},{lon:.7f},17z",
    "apple": lambda lat, lon: f"https://maps.apple.com/?ll={lat:.6f},{lon:.6f}&q=Pin",
    "osm": lambda lat, lon: f"https://www.openstreetmap.org/?mlat={lat:.5f}&mlon={lon:.5f}#map=17/1/2",
    "osm view": lambda lat, lon: f"https://www.openstreetmap.org/#map=17/{lat:.5f}/{lon:.5f}",
    "geo": lambda lat, lon: f"geo:{lat:.6f},{lon:.6f}",
    "geo q": lambda lat, lon: f"geo:0,0?q={lat:.6f},{lon:.6f}(Titik)",
    "waze": lambda lat, lon: f"https://waze.com/ul?ll={lat:.6f}%2C{lon:.6f}&navigate=yes",
    "bing": lambda lat, lon: f"https://www.bing.com/maps?sp=point.{lat:.6f}_{lon:.6f}_X",
    "yandex": lambda lat, lon: f"https://yandex.com/maps/?pt={lon:.6f},{lat:.6f}&z=17",
    "here": lambda lat, lon: f"https://share.here.com/l/{lat:.6f},{lon:.6f},X?z=17",
}

TWO_MONTHS = re.compile(r"(?:(?:0?[1-9]|1[0-2])\.(?:19|20)\d\d ?){2}")  # "1.2031 1.2031": asked about, never guessed
LATS = st.floats(-79, 79).filter(lambda lat: abs(lat) > 0.001)
LONS = st.floats(-179.99, 179.99).filter(lambda lon: abs(lon) > 0.001)


@pytest.mark.parametrize("form", FORMS)
@given(lat=LATS, lon=LONS)
@example(lat=0.132912, lon=117.490123)
@example(lat=-7.245971, lon=112.737829)
@example(lat=-0.00312, lon=109.325)
@example(lat=51.4778, lon=-0.0014)
def test_what_is_written_is_read_again_within_its_precision(form: str, lat: float, lon: float) -> None:
    text = FORMS[form](lat, lon)
    assume(not TWO_MONTHS.fullmatch(text))
    found = locate(text)
    assert isinstance(found, Located), (text, found)
    assert GEOD.inv(lon, lat, found.lon, found.lat)[2] <= found.precision_m, (text, found)
    assert found.others == ()


@given(lat=LATS, lon=LONS, before=st.text(string.ascii_lowercase + " .!", max_size=30))
def test_a_place_is_found_in_the_middle_of_a_message(lat: float, lon: float, before: str) -> None:
    found = locate(f"{before} https://maps.google.com/?q={lat:.6f},{lon:.6f} tolong segera, RT 12 RW 3")
    assert isinstance(found, Located)
    assert GEOD.inv(lon, lat, found.lon, found.lat)[2] <= found.precision_m


@given(lat=st.floats(-70, 70), lon=LONS, shift=st.floats(-0.2, 0.2))
def test_a_short_plus_code_is_completed_to_the_code_it_was_cut_from(lat: float, lon: float, shift: float) -> None:
    full = str(encode(lat, lon))
    short, whole = locate(full[4:] + " Kota", near=(lon + shift, lat + shift)), locate(full)
    assert isinstance(short, Located)
    assert isinstance(whole, Located)
    assert (short.lat, short.lon) == pytest.approx((whole.lat, whole.lon))


SHARDS = """0.1329 117,4901 , ; ° ' " - + LU BT N E lat long: https://maps.google.com/?q= geo: !3d !4d @ % %25 # ? & =
/// a.b.c 4FMR+52 50N NF 554536 14690 maps.app.goo.gl/ osm.org/go/ () [ ] { } &#x; &#99999999; 1e9 nan inf"""
PIECES = st.sampled_from(SHARDS.split())


@given(st.one_of(st.text(), st.lists(PIECES, max_size=30).map("".join), st.lists(PIECES, max_size=30).map(" ".join)))
@example("geo:")
@example("50S 12 KEL 123456")
@example("12KEL1234 MGRS")
@example("https://")
@example("https://www.google.com/maps/dir/")
@example("https://yandex.com/maps/?ll=")
@example("https://www.google.com/maps/@0.1,117.4,1.2.3z")
@example("https://x.id/@0.1,117.4,.z")
@example("https://[")
@example("\ud800 0.1329, 117.4901")
@example("\u0660.\u0661, \u0662.\u0663")
@example("0." + "1" * 5000 + ", 117.4")
def test_no_text_whatsoever_breaks_the_reading(text: str) -> None:
    for near in (None, (117.49, 0.13)):
        found = locate(text, near=near)
        if isinstance(found, Located):
            assert -90 <= found.lat <= 90
            assert -180 <= found.lon <= 180
            assert found.precision_m > 0
        else:
            assert isinstance(found, NotLocated)


@given(PIECES, st.integers(4_000, 400_000))
def test_a_text_of_any_length_is_read_as_far_as_its_beginning(piece: str, times: int) -> None:
    long, beginning = locate(piece * times), locate((piece * times)[:LONGEST])
    assert long == beginning or (isinstance(long, NotLocated) and long.reason == "too-long")
