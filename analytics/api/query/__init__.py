"""/v1/query: any metrics by any dimensions, the question the dashboard itself asks, as JSON or CSV."""
