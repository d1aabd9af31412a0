"""The demonstration: a schematic Bontang, its fleet, its accounts and a live shift."""
