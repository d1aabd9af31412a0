"""Every form in which people paste a place, and the place it names."""

import pytest

from siaga.engine.geo import distance
from siaga.engine.locate import Located, locate

BONTANG = (117.4901, 0.1329)
SOUTH = (117.4901, -0.1329)
SURABAYA = (112.7378, -7.2459)

DECIMAL = [
    "0.1329, 117.4901",
    "0.1329,117.4901",
    "0.1329 117.4901",
    "0.1329; 117.4901",
    "0.1329 - 117.4901",
    "+0.1329, +117.4901",
    "(0.1329, 117.4901)",
    "[0.1329, 117.4901]",
    "0.1329°, 117.4901°",
    "00.1329, 117.4901",
    "0,1329 117,4901",
    "0,1329, 117,4901",
    "0,1329; 117,4901",
    "0,1329,117,4901",
    "117.4901, 0.1329",
    "117,4901 0,1329",
    "0.1329, 117.4901, 12",
    "0.1329\t117.4901",
    "0.1329\n117.4901",
    "0.1329, 117.4901",
    "\u200e0.1329, 117.4901\u200f",
    "0．1329，117．4901",
    "0,1329 LU 117,4901 BT",
    "0,1329LU 117,4901BT",
    "0,1329° LU, 117,4901° BT",
    "0,1329 lu – 117,4901 bt",
    "0,1329 L.U. 117,4901 B.T.",
    "0.1329 U, 117.4901 T",
    "0.1329 N 117.4901 E",
    "0.1329° N, 117.4901° E",
    "117.4901 BT, 0.1329 LU",
    "N 0.1329 E 117.4901",
    "E117.4901 N0.1329",
    "LU 0,1329 BT 117,4901",
    "0.1329 lintang utara, 117.4901 bujur timur",
    "Lintang Utara 0,1329 dan Bujur Timur 117,4901",
    "Lintang: 0,1329 Bujur: 117,4901",
    "Lintang (LU): 0,1329; Bujur (BT): 117,4901",
    "lat: 0.1329 long: 117.4901",
    "Lat 0.1329 Lng 117.4901",
    "lat=0.1329&lon=117.4901",
    "latitude 0.1329\nlongitude 117.4901",
    "Lat 0.1329 N Long 117.4901 E",
    "longitude: 117.4901, latitude: 0.1329",
    "x: 117.4901 y: 0.1329",
    "Lat/Long: 0.1329, 117.4901",
    "Long/Lat: 117.4901, 0.1329",
    '{"lat": 0.1329, "lng": 117.4901}',
    '{"type":"Point","coordinates":[117.4901,0.1329]}',
    "POINT(117.4901 0.1329)",
    "+00.1329+117.4901/",
    "_0.1329,117.4901_",
    "*0.1329,117.4901*",
    "📍0.1329,117.4901",
    "0.1329 LU, 117.4901",
    "0.1329, 117.4901 BT",
    "Kebakaran di Koordinat: 0.1329, 117.4901, mohon bantuan",
    "[24/11/26 14.03.22] +62 812-3456-7890: titiknya 0.1329,117.4901 RT 12 RW 3 No. 45",
]

SOUTHERN = [
    "-0.1329, 117.4901",
    "−0.1329, 117.4901",
    "–0.1329, 117.4901",
    "0,1329 LS 117,4901 BT",
    "-0,1329 LS 117,4901 BT",
    "0.1329 S 117.4901 E",
    "S 0.1329 E 117.4901",
    "lintang -0,1329 bujur 117,4901",
    "Lat -0.1329 Long 117.4901",
    "lat -0,1329 LS long 117,4901 BT",
    "-00.1329+117.4901/",
    "117.4901, -0.1329",
    "POINT(117.4901 -0.1329)",
]

DMS = [
    "0°07'58.44\"N 117°29'24.36\"E",
    "0° 7' 58.44\" N, 117° 29' 24.36\" E",
    "0° 7′ 58,44″ LU – 117° 29′ 24,36″ BT",
    "0º07’58.44” N 117º29’24.36” E",
    "0˚ 07‘ 58.44“ U 117˚ 29‘ 24.36“ T",
    "0°07'58.44''N 117°29'24.36''E",
    "N 0°07'58.44\" E 117°29'24.36\"",
    "N0 07 58.44 E117 29 24.36",
    "0 07 58.44 LU 117 29 24.36 BT",
    "0:07:58.44 N 117:29:24.36 E",
    "0-07-58.44 LU, 117-29-24.36 BT",
    "0d07m58.44s N 117d29m24.36s E",
    "0 derajat 7 menit 58,44 detik LU, 117 derajat 29 menit 24,36 detik BT",
    "0 derajat 7 menit 58,44 detik lintang utara 117 derajat 29 menit 24,36 detik bujur timur",
    "0&deg;07&#39;58.44&quot;N 117&deg;29&#39;24.36&quot;E",
    "0°07.974'N 117°29.406'E",
    "0º07.974'N, 117º29.406'E",
    "N0°07.974 E117°29.406",
    "N 00° 07.974' E 117° 29.406'",
    "0° 7,974' LU 117° 29,406' BT",
    "117°29'24.36\" BT 0°07'58.44\" LU",
]

LINKS = [
    "https://maps.google.com/?q=0.1329,117.4901",
    "https://maps.google.com/maps?q=0.1329%2C117.4901&z=17&hl=id",
    "https://www.google.com/maps?q=loc:0.1329,117.4901",
    "https://www.google.co.id/maps?q=0.1329,117.4901(Pasar)",
    "http://maps.google.com/maps?q=loc:0.1329+117.4901",
    "https://maps.google.com/?q=0.1329, 117.4901",
    "maps.google.com/?q=0.1329,117.4901",
    "www.google.com/maps/search/0.1329,117.4901",
    "https://www.google.com/maps/search/0.1329,+117.4901?entry=tts&g_ep=abc",
    "https://www.google.com/maps/search/?api=1&query=0.1329%2C117.4901",
    "https://www.google.com/maps/search/?api=1&query=0.1329%252C117.4901",
    "https://www.google.com/maps/place/0.1329,117.4901/@0.5,117.1,12z",
    "https://www.google.com/maps/place/0%C2%B007'58.4%22N+117%C2%B029'24.4%22E/@0.5,117.1,17z/data=!3m1!4b1",
    "https://www.google.com/maps/place/0°07'58.4\"N+117°29'24.4\"E/@0.5,117.1,17z",
    "https://www.google.com/maps/place/Pasar+Rawa+Indah/@0.5,117.1,17z/data=!3m1!4b1!4m6!3m5!1s0x320a:0x1!8m2"
    "!3d0.1329!4d117.4901!16s%2Fg%2F1",
    "https://www.google.com/maps/place/0.5,117.1/data=!4m4!3m3!8m2%213d0.1329%214d117.4901",
    "https://www.google.com/maps/dir/Pos+Damkar/0.1329,117.4901/@0.5,117.1,14z/data=!4m2!4m1!3e0",
    "https://www.google.com/maps/dir/0.5,117.1/0.1329,117.4901",
    "https://www.google.com/maps/dir//0.1329,117.4901/@0.5,117.1,14z",
    "https://www.google.com/maps/dir/Pos+1/Pasar/@0.5,117.1,14z/data=!4m14!4m13!1m5!1m1!1s0x1:0x2!2m2!1d117.1!2d0.5"
    "!1m5!1m1!1s0x3:0x4!2m2!1d117.4901!2d0.1329!3e0",
    "https://www.google.com/maps/dir/My+Location/Pasar/@0.5,117.1,14z/data=!4m9!4m8!1m1!4e1!1m5!1m1!1s0x1:0x2!2m2"
    "!1d117.4901!2d0.1329!3e0",
    "https://www.google.com/maps/embed?pb=!1m28!1m12!1m3!1d3988!2d117.1!3d0.5!2m3!1f0!2f0!3f0!4m13!3e0!4m5!1s0x1!2sPos"
    "!3m2!1d0.5!2d117.1!4m5!1s0x2!2sPasar!3m2!1d0.1329!2d117.4901",
    "https://www.google.com/maps/dir/?api=1&origin=0.5,117.1&destination=0.1329%2C117.4901&travelmode=driving",
    "https://maps.google.com/maps?saddr=0.5,117.1&daddr=0.2,117.2+to:0.1329,117.4901",
    "https://www.google.com/maps/@?api=1&map_action=pano&viewpoint=0.1329%2C117.4901",
    "https://consent.google.com/m?continue=https%3A%2F%2Fwww.google.com%2Fmaps%3Fq%3D0.1329%2C117.4901&gl=ID",
    "https://www.google.com/url?q=https%3A%2F%2Fmaps.google.com%2F%3Fq%3D0.1329%2C117.4901",
    "google.navigation:q=0.1329,117.4901",
    "comgooglemaps://?q=0.1329,117.4901",
    "https://maps.apple.com/?ll=0.1329,117.4901&q=Dropped%20Pin",
    "https://maps.apple.com/?q=0.1329,117.4901",
    "http://maps.apple.com/?daddr=0.1329,117.4901&dirflg=d",
    "https://maps.apple.com/place?coordinate=0.1329,117.4901&name=Pasar",
    "https://www.openstreetmap.org/?mlat=0.1329&mlon=117.4901#map=17/0.5/117.1",
    "https://www.openstreetmap.org/directions?engine=fossgis&route=0.5%2C117.1%3B0.1329%2C117.4901",
    "https://www.openstreetmap.org/export/embed.html?bbox=117%2C0%2C118%2C1&marker=0.1329%2C117.4901",
    "geo:0.1329,117.4901",
    "geo:0.1329,117.4901,12;crs=wgs84",
    "geo:0,0?q=0.1329,117.4901(Pasar Rawa Indah)",
    "geo:0.5,117.1?q=0.1329%2C117.4901",
    "geo:0.1329,117.4901?q=Pasar+Rawa+Indah",
    "geo:0.1329,117.4901?z=17",
    "https://waze.com/ul?ll=0.1329%2C117.4901&navigate=yes",
    "https://www.waze.com/ul?ll=0.1329,117.4901",
    "https://www.waze.com/live-map/directions?to=ll.0.1329%2C117.4901",
    "waze://?ll=0.1329,117.4901",
    "https://share.here.com/l/0.1329,117.4901,Pasar?z=16",
    "https://wego.here.com/directions/drive/Pos:0.5,117.1/Pasar:0.1329,117.4901",
    "https://www.bing.com/maps?rtp=pos.0.5_117.1~pos.0.1329_117.4901",
    "https://www.bing.com/maps?sp=point.0.1329_117.4901_Pasar",
    "https://yandex.com/maps/?pt=117.4901,0.1329&ll=117.1,0.5&z=16",
    "https://yandex.ru/maps/?rtext=0.5,117.1~0.1329,117.4901",
    "https://peta.example.id/lihat?lat=0.1329&lng=117.4901",
    "Lokasi: https://maps.google.com/?q=0.1329,117.4901 (depan pasar, RT 12)",
    "TKP (https://maps.google.com/?q=0.1329,117.4901).",
    "<https://maps.google.com/?q=0.1329,117.4901>",
]

VIEWS = [
    "https://www.google.com/maps/@0.1329,117.4901,17z",
    "https://www.google.com/maps/place/Pasar/@0.1329,117.4901,17z",
    "https://www.google.com/maps/@0.1329,117.4901,900m/data=!3m1!1e3",
    "https://maps.google.com/?ll=0.1329,117.4901&z=17&q=Pasar",
    "https://www.google.com/maps/embed?pb=!1m18!1m12!1m3!1d3988.9!2d117.4901!3d0.1329!2m3!1f0!2f0!3f0!3m2!1i1024",
    "https://www.openstreetmap.org/#map=17/0.1329/117.4901",
    "https://www.openstreetmap.org/node/1#map=17/0.1329/117.4901&layers=N",
    "https://www.bing.com/maps?cp=0.1329~117.4901&lvl=16",
    "https://yandex.com/maps/?ll=117.4901%2C0.1329&z=16",
    "https://maps.apple.com/?q=Pasar&sll=0.1329,117.4901",
    "https://wego.here.com/?map=0.1329,117.4901,16,normal",
]

GRIDS = [
    ("50N 554536 14690", BONTANG, "utm"),
    ("50 N 554536 14690", BONTANG, "utm"),
    ("50N 554536mE 14690mN", BONTANG, "utm"),
    ("UTM zona 50N X: 554536 Y: 14690", BONTANG, "utm"),
    ("Zona 50N, E 554536, N 14690", BONTANG, "utm"),
    ("E 554536 N 14690 zona 50N", BONTANG, "utm"),
    ("Easting 554536 Northing 14690 (Zone 50N)", BONTANG, "utm"),
    ("554536 14690 50N", BONTANG, "utm"),
    ("50N 554536,25 14690,75", BONTANG, "utm"),
    ("UTM 50N 554.536 14.690", BONTANG, "utm"),
    ("50S 554.536 9.985.310", SOUTH, "utm"),
    ("50S 554536 9985310", SOUTH, "utm"),
    ("50M 554536 9985310", SOUTH, "utm"),
    ("49S 691868 9198701", SURABAYA, "utm"),
    ("50NNF5453614689", BONTANG, "mgrs"),
    ("50N NF 54536 14689", BONTANG, "mgrs"),
    ("50N NF 5453614689", BONTANG, "mgrs"),
    ("MGRS: 50NNF54531468", BONTANG, "mgrs"),
]


def near_to(found: object, place: tuple[float, float], metres: float = 3.0) -> Located:
    """The result, once it is known to be a place within `metres` of the expected one."""
    assert isinstance(found, Located), found
    assert distance((found.lon, found.lat), place) <= metres, found
    return found


@pytest.mark.parametrize("text", DECIMAL)
def test_decimal_degrees_are_read_however_they_are_written(text: str) -> None:
    found = near_to(locate(text), BONTANG, 0.01)
    assert found.kind == "decimal"
    assert found.precision_m == pytest.approx(7.9, abs=0.1)


@pytest.mark.parametrize("text", SOUTHERN)
def test_south_of_the_equator_stays_south(text: str) -> None:
    near_to(locate(text), SOUTH, 0.01)


@pytest.mark.parametrize("text", DMS)
def test_degrees_minutes_and_seconds_are_read_with_any_quotes(text: str) -> None:
    assert near_to(locate(text), BONTANG, 0.5).kind == "dms"


@pytest.mark.parametrize("text", LINKS)
def test_a_shared_link_gives_the_place_its_sender_meant(text: str) -> None:
    found = near_to(locate(text), BONTANG)
    assert not found.kind.endswith("-view")
    assert found.others == ()


@pytest.mark.parametrize("text", VIEWS)
def test_the_middle_of_a_shared_map_is_a_place_only_as_good_as_the_screen(text: str) -> None:
    found = near_to(locate(text), BONTANG, 0.1)
    assert found.kind.endswith("-view")
    assert 100 <= found.precision_m <= 500


@pytest.mark.parametrize(("text", "place", "kind"), GRIDS)
def test_grid_references_are_read(text: str, place: tuple[float, float], kind: str) -> None:
    found = locate(text)
    assert isinstance(found, Located), found
    assert found.kind == kind
    assert distance((found.lon, found.lat), place) <= found.precision_m + 8


def test_a_street_view_is_where_the_camera_stood() -> None:
    found = near_to(locate("https://www.google.com/maps/@0.1329,117.4901,3a,75y,90t/data=!3m6"), BONTANG, 0.1)
    assert found.precision_m < 10


def test_the_short_codes_of_openstreetmap_are_decoded_offline() -> None:
    marked = near_to(locate("https://osm.org/go/0OP4tR~rx?m="), (19.579, 51.876), 1.0)
    assert marked.kind == "osm-short"
    shown = near_to(locate("osm.org/go/0OP4tR~rx"), (19.579, 51.876), 1.0)
    assert shown.kind == "osm-view"
    assert shown.precision_m > 30


def test_the_uncertainty_a_geo_address_tells_is_kept() -> None:
    assert near_to(locate("geo:0.1329,117.4901;u=35"), BONTANG).precision_m == 35


def test_a_short_plus_code_is_completed_near_the_own_city_and_keeps_the_name_beside_it() -> None:
    full = locate("6PGV4FMR+52")
    assert isinstance(full, Located)
    assert full.kind == "plus-code"
    found = near_to(locate("4FMR+52 Bontang, Kalimantan Timur", near=(117.5, 0.1)), (full.lon, full.lat), 0.1)
    assert (found.kind, found.place) == ("short-plus-code", "Bontang")


@pytest.mark.parametrize(
    "text",
    [
        "https://www.google.com/maps/place/6PGV4FMR%2B52",
        "https://maps.google.com/?q=6PGV4FMR%2B52",
        "https://maps.google.com/?q=6PGV4FMR+52",
        "https://plus.codes/6PGV4FMR+52",
        "kode plus 6pgv4fmr+52 ya",
    ],
)
def test_a_plus_code_is_found_in_links_and_in_messages(text: str) -> None:
    code = locate("6PGV4FMR+52")
    assert isinstance(code, Located)
    assert near_to(locate(text), (code.lon, code.lat), 0.1).kind == "plus-code"


def test_the_first_of_two_places_is_given_and_the_other_is_told() -> None:
    found = near_to(locate("api di 0.1329, 117.4901 atau -0.5021, 117.1536"), BONTANG, 0.1)
    assert [(other.lat, other.lon) for other in found.others] == [(-0.5021, 117.1536)]


def test_two_writings_of_one_place_are_no_disagreement() -> None:
    found = near_to(locate("https://maps.google.com/?q=0.13291,117.49012 (0°07'58.4\"N 117°29'24.4\"E)"), BONTANG)
    assert found.others == ()


def test_a_pair_of_few_digits_is_believed_when_it_lies_by_the_own_city() -> None:
    assert isinstance(locate("12.500, 15.000", near=BONTANG), Located) is False
    assert isinstance(locate("12.500, 15.000", near=(15.1, 12.4)), Located)


def test_the_text_that_was_read_is_given_back() -> None:
    found = locate("Tolong pak, kebakaran! 0,1329 LU 117,4901 BT dekat pasar")
    assert isinstance(found, Located)
    assert found.text == "0,1329 LU 117,4901 BT"
