"""Tables of procedures: schema, projections, the library of cards, cards at incidents."""
