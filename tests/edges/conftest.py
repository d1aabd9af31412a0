"""Fixtures of the doors' tests."""

from edges.door_kit import door, doors, live, slices

__all__ = ["door", "doors", "live", "slices"]
