"""OpenStreetMap extracts and osmnx graphs as plain records: roads, streets, places, water, areas."""

from siaga.adapters.osm.clip import read_clip
from siaga.adapters.osm.ground import frame_of, ground, road_layers
from siaga.adapters.osm.records import Area, OsmError, Place, Progress, Region, RoadLines, Street, Water
from siaga.adapters.osm.region import read_region

__all__ = [
    "Area",
    "OsmError",
    "Place",
    "Progress",
    "Region",
    "RoadLines",
    "Street",
    "Water",
    "frame_of",
    "ground",
    "read_clip",
    "read_region",
    "road_layers",
]
