"""The library: the tree of projects and folders beside a table of what is in one of them, and what changes it."""
