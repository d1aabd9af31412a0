"""Roads: a network as arrays, speeds as data, and the search that tells who is there soonest."""

from siaga.engine.roads.closures import Closure, ClosureError, Closures, closed_links
from siaga.engine.roads.generated import generated_network, random_points
from siaga.engine.roads.network import Line, Lines, Network, NetworkError, build, build_columns
from siaga.engine.roads.speeds import (
    Speeds,
    SpeedsError,
    check_speeds,
    interval,
    probability_within,
    read_speeds,
    straight_estimate,
)
from siaga.engine.roads.travel import Reached, Route, Travel

__all__ = [
    "Closure",
    "ClosureError",
    "Closures",
    "Line",
    "Lines",
    "Network",
    "NetworkError",
    "Reached",
    "Route",
    "Speeds",
    "SpeedsError",
    "Travel",
    "build",
    "build_columns",
    "check_speeds",
    "closed_links",
    "generated_network",
    "interval",
    "probability_within",
    "random_points",
    "read_speeds",
    "straight_estimate",
]
