"""Other nodes: partners by their keys, and the exchange of what both must know."""

from ...kernel.fields import All
from ...kernel.slice import Does, Shows, Slice
from . import events, rules, tables

ADMINISTRATOR = "administrator"
READERS = (
    "call-taker",
    "dispatcher",
    "shift-leader",
    "crew",
    "commander",
    "reporter",
    "trainer",
    "planner",
    "coordinator",
    ADMINISTRATOR,
)

SLICE = Slice(
    name="liaison",
    events=(events.NodePaired, events.NodeUnpaired),
    commands={
        rules.PairNode: Does(ADMINISTRATOR, tables.known, rules.pair_node, keep=tables.keep_cursor),
        rules.UnpairNode: Does(ADMINISTRATOR, tables.known, rules.unpair_node),
    },
    projections={
        events.NodePaired: tables.node_paired,
        events.NodeUnpaired: tables.node_unpaired,
    },
    views={"nodes": Shows(READERS, All, tables.nodes, reads=("liaison_partner", "liaison_state", "liaison_clock"))},
    schema=tables.SCHEMA,
    kept=tables.KEPT,
)
