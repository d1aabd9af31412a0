"""Fixtures of the doors' tests."""

from edges.door_kit import door, doors, slices

__all__ = ["door", "doors", "slices"]
