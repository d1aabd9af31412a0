"""Water at a fire: the need by regulation, what is there, tankers to and fro, pumps in a row. Pure numbers."""

from siaga.engine.water.data import Hose, Impossible, Pump, Water, WaterError, check_water, read_water
from siaga.engine.water.need import Need, Neighbour, exposure, need
from siaga.engine.water.relay import Line, Relay, Stand, even_slope, hose_loss, max_flow, relay
from siaga.engine.water.shuttle import Shuttle, Trip, shuttle, tankers_needed, travel_s
from siaga.engine.water.supply import Balance, Source, Supply, balance, supply

__all__ = [
    "Balance",
    "Hose",
    "Impossible",
    "Line",
    "Need",
    "Neighbour",
    "Pump",
    "Relay",
    "Shuttle",
    "Source",
    "Stand",
    "Supply",
    "Trip",
    "Water",
    "WaterError",
    "balance",
    "check_water",
    "even_slope",
    "exposure",
    "hose_loss",
    "max_flow",
    "need",
    "read_water",
    "relay",
    "shuttle",
    "supply",
    "tankers_needed",
    "travel_s",
]
