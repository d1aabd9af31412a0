"""Siaga: from the call to the right crew on the road, and what is learned from it."""

__version__ = "0.1.0"
