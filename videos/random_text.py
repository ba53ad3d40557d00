"""Random texts that are easy to hand on: letters and digits, so that no command takes one for an option."""

from __future__ import annotations

import secrets
import string

LETTERS_AND_DIGITS = string.ascii_letters + string.digits


def random_text(length: int, alphabet: str = LETTERS_AND_DIGITS) -> str:
    """Return a text that nobody guesses: of letters and digits 17 have 101 random bits, 43 have 256."""
    return "".join(secrets.choice(alphabet) for _ in range(length))
