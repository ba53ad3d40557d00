"""The Wistia dialect."""
