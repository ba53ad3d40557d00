"""The marks of anonymous viewers: stable, speakable, and found again."""

from __future__ import annotations

from uuid import UUID

from analytics.viewers.marks import MARKS, mark_of, marks_meant


def test_a_key_always_has_the_same_mark() -> None:
    # Written down: a mark that changed with a release would be of no use in a mail of last year.
    assert mark_of("anna") == "Ashen Duck 63"
    assert mark_of("Ünï/côde ?") == "Pearl Owl 80"


def test_marks_are_spread_over_all_that_there_are() -> None:
    marks = {mark_of(str(UUID(int=number))) for number in range(2000)}
    assert len(marks) > 1950
    assert len({mark.split()[0] for mark in marks}) == 32
    assert len({mark.split()[1] for mark in marks}) == 64


def test_what_means_a_mark_and_what_does_not() -> None:
    number = marks_meant("lilac  STORK 88")
    assert number is not None
    assert len(number) == 1
    both = marks_meant("Lilac Stork")
    assert both is not None
    assert len(both) == 100
    assert number[0] in both
    assert max(both) < MARKS
    for text in ("", "Lilac", "Lilac Nobody 3", "stork lilac", "Lilac Stork 888", "ada@example.com", "Lilac Stork 8 9"):
        assert marks_meant(text) is None
