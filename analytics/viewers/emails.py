"""Lists of people as they are pasted or uploaded: e-mail addresses out of text or CSV, each bad line named."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from videos.errors import Invalid

MOST_PEOPLE = 5_000
MOST_BYTES = 1_000_000
MOST_LINES = 50_000
MOST_SHOWN = 60
# RFC 5321 allows no longer one.
LONGEST_EMAIL = 254
_HEADINGS = {"email", "e-mail", "mail", "e-mail address", "email address", "emailaddress", "email_address"}
_BETWEEN = re.compile(r"[\s,;|<>()\[\]\"]+")


@dataclass(frozen=True)
class BadLine:
    """A line that names nobody, counted from 1, what stands there (cut), and why it was left out."""

    number: int
    text: str
    reason: str
    source: str = ""

    @property
    def place(self) -> str:
        return f"line {self.number}{self.source}"


@dataclass
class Reading:
    """What was read: addresses in lower case, each once, in the order of the text; and how often one came again."""

    emails: list[str] = field(default_factory=list)
    bad: list[BadLine] = field(default_factory=list)
    repeated: int = 0


def decoded(raw: bytes) -> str:
    """Return the text of an uploaded file. Raises Invalid for one that is too large, or none of text."""
    if len(raw) > MOST_BYTES:
        raise Invalid.field("file", f"A file may have {MOST_BYTES // 1000:,} kB; this one has {len(raw) // 1000:,}.")
    if raw.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
        raise Invalid.field("file", "This is a workbook. Save the sheet as CSV, and upload that.")
    encoding = "utf-16" if raw.startswith((b"\xff\xfe", b"\xfe\xff")) else "utf-8-sig"
    try:
        text = raw.decode(encoding)
    except UnicodeDecodeError:
        # What spreadsheets on Windows write; every byte is a letter there, more or less.
        text = raw.decode("cp1252", errors="replace")
    if "\0" in text:
        raise Invalid.field("file", "This is no text file. Upload CSV, or text with an address a line.")
    return text


def emails_read(text: str) -> Reading:
    """Return the addresses in a text: separated by lines, commas, semicolons, tabs or blanks, with names or without.

    Where the first line is a heading that names a column of addresses, that column alone is read. Raises Invalid for
    more than can be read.
    """
    if len(text) > MOST_BYTES:
        raise Invalid.field("emails", f"At most {MOST_BYTES:,} characters.")
    reading = Reading()
    seen: set[str] = set()
    for number, record, cells in _records(text):
        found = _addresses(cells)
        if not found:
            reading.bad.append(BadLine(number, _cut(" ".join(filter(None, record))), "no e-mail address"))
        for email in found:
            if not _is_email(email):
                reading.bad.append(BadLine(number, _cut(email), "not a valid e-mail address"))
            elif email.lower() in seen:
                reading.repeated += 1
            else:
                seen.add(email.lower())
                reading.emails.append(email.lower())
    return _bounded(reading)


def readings_joined(text: Reading, file: Reading) -> Reading:
    """Return what was read from a text and from a file as one list. Raises Invalid for too many people."""
    emails = dict.fromkeys(text.emails)
    repeated = text.repeated + file.repeated + sum(email in emails for email in file.emails)
    bad = [*text.bad, *(replace(each, source=" of the file") for each in file.bad)]
    return _bounded(Reading(list(emails | dict.fromkeys(file.emails)), bad, repeated))


def _bounded(reading: Reading) -> Reading:
    if len(reading.emails) > MOST_PEOPLE:
        message = f"A list may have {MOST_PEOPLE:,} people; these are {len(reading.emails):,}. Make several lists."
        raise Invalid.field("emails", message)
    return reading


def _records(text: str) -> Iterator[tuple[int, list[str], list[str]]]:
    """Yield each record that is not empty: the number of its first line, its cells, and those to look at."""
    lines = text.replace("\0", "").replace("\r\n", "\n").replace("\r", "\n").split("\n")
    if len(lines) > MOST_LINES:
        raise Invalid.field("emails", f"At most {MOST_LINES:,} lines; these are {len(lines):,}.")
    reader = csv.reader((f"{line}\n" for line in lines), delimiter=_delimiter(lines))
    column: int | None = None
    is_first = True
    number = 1
    try:
        for record in reader:
            cells = [cell.strip() for cell in record]
            if any(cells):
                heading = _column(cells) if is_first else None
                is_first = False
                if heading is None:
                    yield number, cells, cells if column is None else cells[column : column + 1]
                column = heading if column is None else column
            number = reader.line_num + 1
    except csv.Error as error:
        raise Invalid.field("emails", f"Line {number} cannot be read: {error}.") from error


def _delimiter(lines: list[str]) -> str:
    """Return what separates the cells of most of the first lines."""
    start = "\n".join(lines[:20])
    return max(",;\t", key=start.count)


def _column(cells: list[str]) -> int | None:
    """Return which column a heading names as that of addresses, None where it names none."""
    names = [cell.lower() for cell in cells]
    return next((place for place, name in enumerate(names) if name in _HEADINGS), None)


def _addresses(cells: list[str]) -> list[str]:
    words = [word.removeprefix("mailto:") for cell in cells for word in _BETWEEN.split(cell)]
    return [word.strip(".:'") for word in words if "@" in word]


def _is_email(word: str) -> bool:
    try:
        validate_email(word)
    except ValidationError:
        return False
    return len(word) <= LONGEST_EMAIL


def _cut(text: str) -> str:
    return text if len(text) <= MOST_SHOWN else f"{text[: MOST_SHOWN - 1]}…"
