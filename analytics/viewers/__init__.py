"""The people behind the viewing sessions: who is known, what each of them watched, how far a list of them got."""
