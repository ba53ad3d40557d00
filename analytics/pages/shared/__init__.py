"""Public links to one page of the dashboard: made by editors, opened by anybody who has the link, until they end."""
