"""The standards: complete in both languages, agreeing with each other, refused by file and field when they do not."""

from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path
from typing import Any, get_args

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from siaga import standards as std
from siaga.engine.air_rules import read_air_rules
from siaga.slices.field import events as field
from siaga.standards import records
from siaga.standards.check import problems

FILES = tuple(f"{name}.toml" for name in records.Standards.__struct_fields__)
TYPES = st.sampled_from(sorted(std.incident_types()))

# The first level of domain.md, item by item, as a service would say it, and the type it has become.
DOMAIN = {
    "kebakaran": {
        "permukiman padat": "fire.dense-housing",
        "permukiman tidak padat": "fire.housing",
        "permukiman atas air": "fire.over-water",
        "bangunan gedung": "fire.building",
        "bertingkat": "fire.high-rise",
        "perdagangan, pasar": "fire.market",
        "industri kimia": "fire.industry-chemical",
        "industri gas": "fire.industry-gas",
        "industri pupuk": "fire.industry-fertiliser",
        "tangki timbun": "fire.tank",
        "kendaraan": "fire.vehicle",
        "kapal": "fire.boat",
        "pelabuhan": "fire.port",
        "lahan": "fire.land",
        "hutan": "fire.forest",
        "instalasi listrik": "fire.electrical",
        "sampah": "fire.rubbish",
        "lain": "fire.other",
    },
    "penyelamatan": {
        "kecelakaan lalu lintas": "rescue.traffic",
        "tenggelam, air": "rescue.water",
        "ketinggian": "rescue.height",
        "ruang terbatas, sumur": "rescue.confined-space",
        "reruntuhan": "rescue.collapse",
        "terjebak lift": "rescue.lift",
        "terjebak cincin": "rescue.ring",
        "terjebak pagar": "rescue.limb",
        "percobaan bunuh diri": "rescue.suicide",
        "ular": "rescue.snake",
        "tawon": "rescue.wasp",
        "buaya": "rescue.crocodile",
        "kucing": "rescue.cat",
        "monyet": "rescue.monkey",
        "pohon tumbang": "rescue.tree",
        "banjir": "rescue.flood",
        "orang hilang": "rescue.missing",
    },
    "bahan berbahaya": {
        "kebocoran gas": "hazmat.gas-leak",
        "tumpahan B3": "hazmat.spill",
        "bau": "hazmat.odor",
        "ledakan": "hazmat.explosion",
    },
    "medis": {
        "pertolongan pertama": "medical.injury",
        "ambulans": "medical.ambulance",
        "serah ke 119": "medical.hand-over",
    },
    "bantuan": {
        "suplai air": "assistance.water-supply",
        "pengamanan kegiatan": "assistance.event",
        "pelepasan": "assistance.release",
        "penyiraman jalan": "assistance.road-washing",
    },
    "alarm palsu": {"prank": "false-alarm.prank", "alarm palsu": "false-alarm.system"},
    "latihan": {"latihan": "exercise.drill"},
}


def said(rows: tuple[Any, ...]) -> str:
    """The ids of some words, in their order."""
    return " ".join(row.id for row in rows)


def texts(value: object, where: str) -> Iterator[tuple[str, records.Text]]:
    """Every text inside a record, with the place where it stands."""
    if isinstance(value, records.Text):
        yield where, value
    elif isinstance(value, msgspec.Struct):
        for name in value.__struct_fields__:
            yield from texts(getattr(value, name), f"{where}.{name}")
    elif isinstance(value, tuple):
        for row in value:
            yield from texts(row, f"{where}.{getattr(row, 'id', '')}")


# ---- complete ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", DOMAIN)
def test_every_first_level_item_of_the_domain_is_a_type_of_its_kind(kind: str) -> None:
    found = {row.name.id.lower(): row.id for row in std.kinds().values()}
    for item, type_id in DOMAIN[kind].items():
        assert std.incident_types()[type_id].kind == found[kind], item


def test_the_kinds_are_those_of_the_domain_and_no_others() -> None:
    assert [row.name.id.lower() for row in std.kinds().values()] == list(DOMAIN)


def test_every_text_is_there_in_indonesian_and_english() -> None:
    found = list(texts(std.standards(), "standards"))
    assert len(found) > 600
    assert [where for where, text in found if not text.id.strip() or not text.en.strip()] == []


def test_sentences_read_aloud_end_like_sentences_in_both_languages() -> None:
    for card in std.advice().values():
        for line in card.lines:
            assert {line.id[-1], line.en[-1]} <= {".", "!"}, card.id
            assert len(line.id) <= 90, f"{card.id}: too long to read aloud: {line.id}"
    for question in std.questions().values():
        assert question.ask.id[-1] + question.ask.en[-1] == "??", question.id


@pytest.mark.parametrize("type_id", list(std.incident_types()))
def test_every_type_has_questions_advice_and_a_run_card(type_id: str) -> None:
    assert 2 <= len(std.questions_for(type_id)) <= 5
    assert std.advice_for(type_id)
    card = std.card_for(type_id)
    assert card is not None
    assert [card.at(level).level for level in (1, 2, 3)] == [1, 2, 3]


def test_only_what_needs_nobody_sends_nobody() -> None:
    sends_nobody = {row.id for row in std.incident_types().values() if not card(row.id).at(row.level).units}
    kinds_sent = {row.id for row in std.incident_types().values() if row.kind in {"false-alarm", "exercise"}}
    assert sends_nobody == kinds_sent | {"medical.hand-over"}


def test_the_stable_ids_of_statuses_clocks_and_roles_are_exactly_those_agreed() -> None:
    words = std.words()
    assert said(words.unit_status) == (
        "ready assigned on-the-way arrived access ready-to-serve action returning standby reserve out-of-service"
    )
    assert said(words.clock) == (
        "seen answered opened dispatched on-the-way arrived access ready-to-serve action under-control out returned"
        " ready-again"
    )
    assert said(words.role) == (
        "call-taker dispatcher crew commander shift-leader reporter trainer planner coordinator administrator"
    )
    assert said(words.answer) == "yes no unknown"
    assert said(words.call_outcome) == "real silent prank information test"
    assert said(words.channel) == "112 113 hotline whatsapp radio walk-in social-media sensor other-agency"


def test_the_four_symbols_of_the_look_are_letter_and_shape_together() -> None:
    pairs = {(row.letter, row.shape) for row in std.kinds().values()}
    assert pairs == {("K", "square"), ("P", "circle"), ("B", "diamond"), ("A", "hexagon")}


def test_real_figures_hold_fires_only_and_land_fires_can_be_told_apart() -> None:
    types = std.incident_types().values()
    assert {row.kind for row in types if row.counts_spm} == {"fire"}
    assert {row.id for row in types if row.land_fire} == {"fire.land", "fire.forest"}
    exported = {row.id for row in types if row.neris and row.nfirs}
    assert {row.id for row in types} - exported == {row.id for row in types if row.kind == "exercise"}


def test_nothing_written_by_us_passes_as_confirmed_by_the_service() -> None:
    assert [row.id for row in std.advice().values() if row.confirmed or "[k]" not in row.source] == []


def test_the_first_city_s_vehicles_have_their_types() -> None:
    # ten pumps, eight tankers, one rescue, three pickups, one ambulance, two three-wheel and four trail motorcycles
    assert {"pump", "tanker", "rescue", "pickup", "ambulance", "three-wheel", "trail"} <= set(std.vehicle_types())
    assert std.vehicle_types()["pump"].tank_l == 4000


def test_a_vehicle_says_its_road_class_under_the_name_class() -> None:
    assert msgspec.to_builtins(std.vehicle_types()["three-wheel"])["class"] == "motorcycle"


# ---- run cards --------------------------------------------------------------------------------------------------


def card(type_id: str, area: str | None = None, at_object: str | None = None) -> std.RunCard:
    found = std.card_for(type_id, area, at_object)
    assert found is not None
    return found


def test_a_house_in_a_dense_area_gets_the_card_of_dense_housing() -> None:
    assert card("fire.housing").id == "fire.housing"
    assert card("fire.housing", "dense").at(1) == card("fire.dense-housing").at(1)


def test_over_water_pumps_are_carried_because_the_bridge_bears_no_truck() -> None:
    over = card("fire.housing", "over-water")
    assert over.at(1).units["portable-pump"] >= 2
    assert "boat" in over.at(1).units
    assert {"pump", "tanker", "ladder"} <= set(over.stop_short)
    assert over.note is not None


def test_an_object_counts_more_than_the_area_it_stands_in() -> None:
    assert card("fire.other", "dense", "hospital").id == "fire.many-people"
    assert card("fire.smoke", "industrial", "fertiliser-plant").id == "fire.in-plant"


def test_a_type_without_a_card_of_its_own_gets_the_card_of_its_kind() -> None:
    assert card("hazmat.spill").id == "hazmat"
    assert std.card_for("hazmat.spill", cards=[]) is None


def test_a_card_that_a_service_edited_is_checked_the_same_way() -> None:
    good = card("fire.market")
    first = msgspec.structs.replace(good.at(1), units={"pump": 9, "kite": 1})
    bad = msgspec.structs.replace(good, levels=(first, *good.levels[1:]))
    assert list(std.card_problems(good, std.standards())) == []
    assert list(std.card_problems(bad, std.standards())) == [
        "runcards.toml, card fire.market, level 1, units: there is no capability kite",
        "runcards.toml, card fire.market, level 2, units: pump, kite fewer than at level 1",
    ]


# ---- answers ----------------------------------------------------------------------------------------------------


def test_answers_lead_from_smoke_to_dense_housing_with_people_inside() -> None:
    answers = {"people-inside": "yes", "houses-close": "yes", "what-burns": "house", "flames": "yes"}
    sharp = std.sharpen("fire.smoke", answers)
    assert (sharp.type, sharp.life_risk, sharp.level) == ("fire.dense-housing", True, 2)
    assert sharp.adds == {"rescue": 1, "ambulance": 1}
    assert sharp.advice == ("trapped-by-fire",)
    assert "psc-119" in sharp.others


def test_a_sharp_smell_of_ammonia_becomes_toxic_gas_and_a_drift_to_homes_raises_it() -> None:
    assert std.sharpen("hazmat.odor", {"smell-like": "sharp"}).type == "hazmat.toxic-gas"
    drifting = std.sharpen("hazmat.odor", {"smell-like": "sharp", "wind-to-homes": "yes"})
    assert (drifting.level, drifting.advice) == (3, ("stay-inside",))


def test_a_gas_smell_with_people_fainting_is_a_risk_to_life_at_a_higher_level() -> None:
    sharp = std.sharpen("hazmat.gas-leak", {"dizzy": "yes"})
    assert (sharp.type, sharp.life_risk, sharp.level) == ("hazmat.gas-leak", True, 2)


def test_a_snake_that_has_bitten_somebody_is_a_risk_to_life() -> None:
    assert not std.sharpen("rescue.snake", {"bitten": "no"}).life_risk
    assert std.sharpen("rescue.snake", {"bitten": "yes"}).life_risk


def test_flames_seen_keep_a_real_fire_even_when_somebody_calls_the_alarm_checked() -> None:
    assert std.sharpen("fire.automatic-alarm", {"alarm-checked": "yes"}).type == "false-alarm.system"
    both = std.sharpen("fire.automatic-alarm", {"alarm-checked": "yes", "flames": "yes"})
    assert both.type == "fire.building"


def test_what_happens_in_an_exercise_becomes_real_when_somebody_says_so() -> None:
    sharp = std.sharpen("exercise.full-scale", {"real-now": "yes"})
    assert (sharp.type, sharp.life_risk) == ("fire.other", True)


@given(TYPES)
def test_not_knowing_changes_nothing(type_id: str) -> None:
    row = std.incident_types()[type_id]
    unknown = dict.fromkeys((question.id for question in std.questions_for(type_id)), "unknown")
    assert std.sharpen(type_id, unknown) == std.Sharpened(type_id, row.life_risk, row.level, {}, row.others, ())


@given(TYPES, st.data())
def test_whatever_is_answered_in_any_order_ends_at_a_type_and_never_below_its_level(
    type_id: str, data: st.DataObject
) -> None:
    asked = data.draw(st.lists(st.sampled_from(sorted(std.questions())), unique=True, max_size=8))
    answers = {name: data.draw(st.sampled_from(std.questions()[name].answers())) for name in asked}
    sharp = std.sharpen(type_id, answers)
    ended = std.incident_types()[sharp.type]
    assert sharp.level >= ended.level
    assert sharp.life_risk >= ended.life_risk
    assert sharp == std.sharpen(type_id, dict(reversed(answers.items())))


@given(TYPES, st.data())
def test_saying_yes_to_people_in_danger_is_never_without_effect_on_life_risk(type_id: str, data: st.DataObject) -> None:
    danger = {"people-inside", "in-vehicle", "aboard", "pinned", "bitten", "trapped-by-water", "dizzy"}
    asked = [question.id for question in std.questions_for(type_id) if question.id in danger]
    if asked:
        others = [q for q in std.questions_for(type_id) if q.id not in danger]
        answers = {q.id: data.draw(st.sampled_from(q.answers())) for q in others}
        assert std.sharpen(type_id, answers | dict.fromkeys(asked, "yes")).life_risk


# ---- records of others ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("code", "type_id"),
    [
        ("111", "fire.building"),
        ("113", "fire.cooking"),
        ("131", "fire.vehicle"),
        ("134", "fire.boat"),
        ("141", "fire.forest"),
        ("143", "fire.land"),
        ("151", "fire.rubbish"),
        ("3521", "rescue.traffic"),
        ("745", "fire.automatic-alarm"),
        ("962", "assistance.service"),
        ("", None),
        ("NA", None),
        ("011", None),
    ],
)
def test_an_nfirs_code_reads_as_the_type_of_its_longest_known_beginning(code: str, type_id: str | None) -> None:
    assert std.type_of_nfirs(code) == type_id


def test_every_three_digit_nfirs_code_reads_as_some_type() -> None:
    assert {std.type_of_nfirs(str(code)) for code in range(100, 1000)} <= set(std.incident_types())


# ---- refused by file and field ----------------------------------------------------------------------------------

WRONG = [  # file, text there, text instead, what the message must say
    ("incidents.toml", "set_up_s = 180 #", 'set_up_s = "180" #', "type fire.dense-housing, set_up_s: Expected `int`"),
    ("incidents.toml", "level = 1", "level = 4", "incidents.toml, type fire.dense-housing, level: Expected `int` <= 3"),
    ("incidents.toml", "watched = true", "wachted = true", "unknown field `wachted`"),
    ("incidents.toml", 'letter = "K"', 'letter = "Z"', "incidents.toml, kind fire, letter: Invalid enum value 'Z'"),
    ("incidents.toml", 'en = "House fire"', 'en = ""', "incidents.toml, type fire.housing, name.en: Expected"),
    ("incidents.toml", 'en = "House fire"', 'en = " "', "incidents.toml, type fire.housing, name.en: Expected"),
    ("incidents.toml", 'kind = "fire"', 'kind = "rescue"', "type fire.dense-housing, id: must begin with its kind"),
    ("incidents.toml", '["dense"]', '["denze"]', "fire.dense-housing, likely_areas: there is no kind of area denze"),
    ("incidents.toml", '"fire.market"', '"fire.housing"', "incidents.toml, type fire.housing, id: stands 2 times"),
    ("incidents.toml", "[[22, 24], [0, 6]]", "[[22, 6]]", "fire.market, likely_hours: from must be before until"),
    ("incidents.toml", '17 = "fire.land"', '17 = "fire.lawn"', "nfirs.17: there is no incident type fire.lawn"),
    ("incidents.toml", '9 = "assistance.service"', "", "incidents.toml, nfirs.9: the series has no type"),
    ("incidents.toml", 'neris = "FIRE', 'neris = "fire', "incidents.toml, type fire.dense-housing, neris: Expected"),
    ("places.toml", 'group = "item"', 'group = "thing"', "places.toml, object vehicle, group: Invalid enum value"),
    ("capabilities.toml", 'class = "tanker"', 'class = "tram"', "vehicle pump-large, class: Invalid enum value 'tram'"),
    ("capabilities.toml", "min_crew = 3", "min_crew = 5", "vehicle pump, min_crew: more than the usual crew"),
    ("capabilities.toml", '["hazmat"', '["hasmat"', "vehicle hazmat, capabilities: there is no capability hasmat"),
    (
        "runcards.toml",
        "units = { pump = 1,",
        "units = { pomp = 1,",
        "card fire, level 1, units: there is no capability",
    ),
    ("runcards.toml", "crew = { scba = 2 }", "crew = { scuba = 2 }", "level 1, crew: there is no competence scuba"),
    ("runcards.toml", "pump = 1", "pump = 0", "runcards.toml, card fire, level"),
    ("runcards.toml", "level = 2", "level = 3", "card fire, level: levels 1, 2 and 3 are needed"),
    ("runcards.toml", "min_crew = 5", "min_crew = 50", "card fire, level 2, min_crew: fewer than at level 1"),
    ("runcards.toml", 'kinds = ["fire"]', 'kinds = ["fire"]\ntypes = ["fire.tank"]', "name either types or kinds"),
    ("runcards.toml", 'kinds = ["medical"]', 'kinds = ["rescue"]', "no card for type medical.injury or kind medical"),
    ("runcards.toml", 'types = ["fire.tank"]', 'types = ["fire.port"]', "fire.port has the card"),
    (
        "advice.toml",
        'kinds = ["medical"]',
        'kinds = ["medic"]',
        "card medical, kinds: there is no kind of incident medic",
    ),
    ("advice.toml", 'kinds = ["exercise"]', 'kinds = ["fire"]', "no card for type exercise.drill or kind exercise"),
    ("advice.toml", "confirmed = false", "confirmed = 0", "advice.toml, card get-out, confirmed: Expected `bool`"),
    ("questions.toml", 'becomes = "fire.over-water"', 'becomes = "fire.sea"', "over-water, then.becomes: there is no"),
    ("questions.toml", 'advice = "bite"', 'advice = "byte"', "question bitten, then.advice: there is no advice card"),
    ("questions.toml", 'answer = "yes"', 'answer = "unknown"', "then.answer: there is no answer unknown"),
    (
        "questions.toml",
        '"rescue.ring" = ["numb",',
        '"rescue.ring" = [',
        "ask.rescue.ring: two to five questions, not 1",
    ),
    (
        "questions.toml",
        '"rescue.ring"',
        '"rescue.rings"',
        "questions.toml, ask: there is no incident type rescue.rings",
    ),
    ("words.toml", '"tiba",', '"siap",', "words.toml, unit_status, say: siap means 2 statuses"),
    ("words.toml", 'id = "Siap"', "id = 5", "words.toml, unit_status ready, name.id: Expected `str`"),
    ("words.toml", "[[cause]]", "[cause]", "words.toml: not TOML"),
    ("report.toml", 'id = "brick"', 'id = "concrete"', "report.toml, construction concrete, id: stands 2 times"),
    (
        "report.toml",
        'kind = "number"',
        'kind = "choice"',
        "field households, choices: a choice has some",
    ),
    ("report.toml", 'id = "persons"', 'id = "households"', "form pendataan, field households, id: stands 2 times"),
    ("report.toml", 'id = "inspeksi"', 'id = "audit"', "report.toml, form audit, id: Invalid enum value 'audit'"),
]


@pytest.mark.parametrize(("name", "there", "instead", "message"), WRONG)
def test_a_wrong_file_is_refused_with_file_and_field(
    tmp_path: Path, name: str, there: str, instead: str, message: str
) -> None:
    text = files(std).joinpath(name).read_text("utf-8")
    assert there in text
    tmp_path.joinpath(name).write_text(text.replace(there, instead, 1), "utf-8")
    with pytest.raises(std.StandardsError) as refused:
        std.load(tmp_path)
    assert message in str(refused.value)
    assert name in str(refused.value)


def test_a_service_may_replace_one_file_and_keep_the_others(tmp_path: Path) -> None:
    text = files(std).joinpath("runcards.toml").read_text("utf-8")
    tmp_path.joinpath("runcards.toml").write_text(text.replace("min_crew = 5\n", "min_crew = 6\n", 1), "utf-8")
    own = std.load(tmp_path)
    assert own.runcards.card[0].at(1).min_crew == 6
    assert own.incidents == std.standards().incidents
    assert std.standards().runcards.card[0].at(1).min_crew == 5


@pytest.mark.parametrize("name", FILES)
def test_every_file_ships_with_the_package_and_opens_with_what_it_means(name: str) -> None:
    assert files(std).joinpath(name).read_text("utf-8").startswith("# ")


# ---- the scene --------------------------------------------------------------------------------------------------


def test_the_scene_has_a_word_for_everything_its_events_can_say() -> None:
    f = std.field()
    assert {row.id for row in f.subject} == set(get_args(field.Subject))
    assert {row.id for row in f.mayday_need} == set(get_args(field.MaydayNeed))
    assert {row.id for row in f.mayday_outcome} == set(get_args(field.MaydayOutcome))
    assert {row.id for row in f.sector_kind} == set(get_args(field.SectorKind))
    assert {row.kind for row in f.task} == set(get_args(field.TaskKind))


def test_a_crew_inside_is_asked_more_often_than_one_outside() -> None:
    par = std.field().par
    assert (par.inside_s, par.sector_s) == (600, 1200)


def test_every_cylinder_of_the_trucks_says_how_many_entries_it_allows_before_rest() -> None:
    assert set(std.field().rest.entries) == set(read_air_rules().cylinders)


def test_the_structure_grows_from_the_commander_alone_to_every_post_of_skpdb() -> None:
    f = std.field()
    assert f.structure[0].posts == ("commander",)
    assert set(f.structure[-1].posts) == {row.id for row in f.post}
    sections = {row.id for row in f.post if row.rank == "section"}
    assert sections == {"operations", "planning", "logistics", "finance"}
    staff = {row.id for row in f.post if row.rank == "staff"}
    assert {"safety", "liaison", "public-information", "secretariat"} <= staff


def test_the_same_posts_hang_together_as_skpdb_and_as_ics() -> None:
    of = {row.id: row for row in std.field().post}
    assert of["secretariat"].parent == "commander"
    assert of["secretariat"].ics_parent == "planning"
    for way in ("parent", "ics_parent"):
        for row in of.values():
            at = row.id
            while above := getattr(of[at], way):
                at = above
            assert at == "commander", (row.id, way)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (
            lambda f: {"hazard": (f.hazard[0], msgspec.structs.replace(f.hazard[1], letter=f.hazard[0].letter))},
            "letter",
        ),
        (lambda f: {"post": (*f.post, msgspec.structs.replace(f.post[0], id="second"))}, "has no parent"),
        (lambda f: {"post": (*f.post[:-1], msgspec.structs.replace(f.post[-1], parent=f.post[-1].id))}, "below itself"),
        (lambda f: {"post": (*f.post[:-1], msgspec.structs.replace(f.post[-1], ics_parent="king"))}, "no post king"),
        (lambda f: {"structure": (f.structure[1], f.structure[0])}, "larger than the one before"),
        (lambda f: {"subject": f.subject[:4]}, "five subjects"),
        (lambda f: {"thing": (records.Word(id="pump", name=f.thing[0].name),)}, "is a capability already"),
        (lambda f: {"task": (f.task[0], f.task[0])}, "stands 2 times"),
        (lambda f: {"span": records.Span(best=9, most=7)}, "more than most"),
    ],
)
def test_a_wrong_field_file_is_refused_by_what_is_wrong(change: Any, said: str) -> None:
    good = std.standards()
    assert list(problems(good)) == []
    bad = msgspec.structs.replace(good, field=msgspec.structs.replace(good.field, **change(good.field)))
    assert [line for line in problems(bad) if line.startswith("field.toml") and said in line]
