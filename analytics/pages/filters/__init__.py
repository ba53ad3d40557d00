"""Filters of a page: the chips, the form that adds one, the values to choose from, segments."""
