"""Events: all of them, one with its talks, and one talk: who registered, who came, who watched later."""
