"""The demo: an invented company's catalog, its viewers and a year of what they watched."""
