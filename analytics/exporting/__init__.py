"""Viewing sessions themselves, out of the fact table and into files, as they are read."""
