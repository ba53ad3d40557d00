"""Who watched: the list of viewers, one of them, and how far a list of people got with a course."""
