"""The outside world, one file per neighbour: stores, maps, messages."""
