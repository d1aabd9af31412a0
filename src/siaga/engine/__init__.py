"""Numbers in, numbers out: travel time, cover, simulation; no clock, no database, nothing else of ours."""
