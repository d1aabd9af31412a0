"""Areas, streets, objects, hydrants, water, closures: where things are, and finding them by what people type."""

from ...kernel.fields import All
from ...kernel.slice import Does, Shows, Slice
from . import events, rules, tables

ANYONE = (
    "call-taker",
    "dispatcher",
    "crew",
    "commander",
    "shift-leader",
    "reporter",
    "trainer",
    "planner",
    "coordinator",
    "administrator",
)
KEEPERS = ("planner", "administrator")
ON_THE_ROAD = ("call-taker", "dispatcher", "crew", "commander", "shift-leader")

SLICE = Slice(
    name="places",
    events=(
        events.RegionImported,
        events.ObjectRegistered,
        events.ObjectRemoved,
        events.WaterSourceRegistered,
        events.WaterSourceChecked,
        events.WaterSourceRemoved,
        events.RoadClosed,
        events.RoadReopened,
    ),
    commands={
        rules.RecordRegion: Does(KEEPERS, tables.known_region, rules.record_region),
        rules.RegisterObject: Does(KEEPERS, tables.known_object, rules.register_object),
        rules.RemoveObject: Does(KEEPERS, tables.known_object, rules.remove_object),
        rules.RegisterWaterSource: Does(KEEPERS, tables.known_water, rules.register_water_source),
        rules.CheckWaterSource: Does((*ON_THE_ROAD, *KEEPERS), tables.known_water, rules.check_water_source),
        rules.RemoveWaterSource: Does(KEEPERS, tables.known_water, rules.remove_water_source),
        rules.CloseRoad: Does(ON_THE_ROAD, tables.known_closure, rules.close_road),
        rules.ReopenRoad: Does(ON_THE_ROAD, tables.known_closure, rules.reopen_road),
    },
    projections={
        events.RegionImported: tables.region_imported,
        events.ObjectRegistered: tables.object_registered,
        events.ObjectRemoved: tables.object_removed,
        events.WaterSourceRegistered: tables.water_source_registered,
        events.WaterSourceChecked: tables.water_source_checked,
        events.WaterSourceRemoved: tables.water_source_removed,
        events.RoadClosed: tables.road_closed,
        events.RoadReopened: tables.road_reopened,
    },
    views={
        "region": Shows(ANYONE, All, tables.region, reads=("places_region", "places_area")),
        "areas": Shows(ANYONE, All, tables.areas, reads=("places_area",)),
        "streets": Shows(ANYONE, All, tables.streets, reads=("places_street",)),
        "objects": Shows(ANYONE, All, tables.objects, reads=("places_object", "vault_erasure")),
        "water": Shows(ANYONE, All, tables.water, reads=("places_water",)),
        "closures": Shows(ANYONE, All, tables.closures, reads=("places_closure", "vault_erasure")),
        "search": Shows(ANYONE, tables.SearchQuery, tables.search, reads=tables.SEARCHED, live=True),
        "locate": Shows(ANYONE, tables.LocateQuery, tables.located, reads=("places_area",), live=True),
    },
    schema=tables.SCHEMA,
    kept=tables.KEPT,
)
