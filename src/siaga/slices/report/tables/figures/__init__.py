"""Figures: the national standard, parts of a response, control charts, questions, the quarter, the public page."""
