"""The event sessions dialect: what became of each talk of an event, for those who host it."""
