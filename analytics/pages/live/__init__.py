"""Live: what is being watched this minute."""
