"""The demonstration: a schematic Bontang, its fleet, its accounts and a live shift.

`prepare(node)` fills a node and returns who may sign in; `Shift(node).start()` lets the city live."""

from .asking import Refused
from .seed import SignIn, prepare, seed, sign_ins
from .shift import Shift

__all__ = ["Refused", "Shift", "SignIn", "prepare", "seed", "sign_ins"]
