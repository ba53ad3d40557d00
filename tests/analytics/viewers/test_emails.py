"""Lists of people out of text and files: what is read, and what is said of the rest."""

from __future__ import annotations

from typing import Any

import pytest

from analytics.viewers import emails
from analytics.viewers.emails import BadLine, decoded, emails_read, readings_joined
from videos.errors import Invalid


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("ada@example.com\nben@example.com\n", ["ada@example.com", "ben@example.com"]),
        ("ada@example.com, ben@example.com; c@x.org\td@x.org e@x.org", [*"ab", "c@x.org", "d@x.org", "e@x.org"]),
        ('"Lovelace, Ada" <ada@example.com>\r\nmailto:ben@example.com\r', ["ada@example.com", "ben@example.com"]),
        ("o'brien@example.com\n'quoted@example.com'", ["o'brien@example.com", "quoted@example.com"]),
        ("name;E-Mail;boss\nAda;ada@example.com;boss@x.org\nBen;ben@example.com;boss@x.org", [*"ab"]),
        ('name,address,email\n"Ada\nLovelace","5, Main\nStreet",ada@example.com\nBen,x@y.org,ben@example.com', [*"ab"]),
        ('=HYPERLINK("http://evil"),ada@example.com\n+1,ben@example.com', [*"ab"]),
    ],
)
def test_addresses_are_found_however_they_are_written(text: str, expected: list[str]) -> None:
    long = {"a": "ada@example.com", "b": "ben@example.com"}
    reading = emails_read(text)
    assert reading.emails == [long.get(each, each) for each in expected]
    assert (reading.bad, reading.repeated) == ([], 0)


def test_upper_and_lower_case_are_one_person_in_the_order_of_the_text() -> None:
    reading = emails_read("B@x.org\nA@X.org\nb@X.ORG\na@x.org, A@x.org")
    assert (reading.emails, reading.repeated) == (["b@x.org", "a@x.org"], 3)


def test_bad_lines_are_named_by_their_numbers() -> None:
    reading = emails_read("ada@example.com\n\nfoo\nbad@@x.org, ben@example.com\n" + "x" * 100 + "\na@nowhere")
    assert reading.emails == ["ada@example.com", "ben@example.com"]
    assert reading.bad == [
        BadLine(3, "foo", "no e-mail address"),
        BadLine(4, "bad@@x.org", "not a valid e-mail address"),
        BadLine(5, "x" * 59 + "…", "no e-mail address"),
        BadLine(6, "a@nowhere", "not a valid e-mail address"),
    ]


def test_a_line_without_an_address_in_the_named_column_is_bad_and_shown_whole() -> None:
    reading = emails_read('name,email\n"Ada\nLovelace",ada@example.com\nBen,,ben@example.com')
    assert reading.emails == ["ada@example.com"]
    assert reading.bad == [BadLine(4, "Ben ben@example.com", "no e-mail address")]


def test_an_unclosed_quote_loses_nobody() -> None:
    assert emails_read('"ada@example.com\nben@example.com').emails == ["ada@example.com", "ben@example.com"]


def test_a_file_is_told_from_the_text_and_adds_to_it() -> None:
    both = readings_joined(emails_read("a@x.org\nfoo"), emails_read("A@x.org\nbar\nb@x.org"))
    assert (both.emails, both.repeated) == (["a@x.org", "b@x.org"], 1)
    assert [bad.place for bad in both.bad] == ["line 2", "line 2 of the file"]


@pytest.mark.parametrize(
    "raw",
    ["Jörg <a@x.org>".encode(), "Jörg <a@x.org>".encode("utf-8-sig"), "Jörg <a@x.org>".encode("utf-16"),
     "Jörg <a@x.org>".encode("cp1252")],
)  # fmt: skip
def test_a_file_may_be_in_what_spreadsheets_write(raw: bytes) -> None:
    assert decoded(raw) == "Jörg <a@x.org>"


@pytest.mark.parametrize(
    ("raw", "message"),
    [(b"PK\x03\x04...", "workbook"), (b"\x89PNG\0\0", "no text file"), (b"a" * 1_000_001, "1,000 kB")],
)
def test_a_file_that_is_no_list_is_refused(raw: bytes, message: str) -> None:
    with pytest.raises(Invalid, match=message) as caught:
        decoded(raw)
    assert [error.field for error in caught.value.errors] == ["file"]


@pytest.mark.parametrize("bound", ["MOST_PEOPLE", "MOST_LINES", "MOST_BYTES"])
def test_more_than_can_be_read_is_refused(monkeypatch: pytest.MonkeyPatch, bound: str) -> None:
    monkeypatch.setattr(emails, bound, 2)
    with pytest.raises(Invalid, match=r"t most|may have"):
        emails_read("a@x.org\nb@x.org\nc@x.org")


def test_the_bound_is_on_both_texts_together(monkeypatch: Any) -> None:
    monkeypatch.setattr(emails, "MOST_PEOPLE", 2)
    with pytest.raises(Invalid, match="Make several lists"):
        readings_joined(emails_read("a@x.org\nb@x.org"), emails_read("b@x.org\nc@x.org"))
