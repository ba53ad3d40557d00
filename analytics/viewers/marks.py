"""Names for those who gave none: two words and a number that a visitor's key always has, such as `Amber Heron 42`.

They tell viewers apart at a glance and can be searched for. Two keys may share one.
"""

from __future__ import annotations

import re
from zlib import crc32

COLOURS = (
    "Amber", "Ashen", "Azure", "Blue", "Bronze", "Cherry", "Cobalt", "Copper", "Coral", "Cream", "Crimson", "Emerald",
    "Golden", "Green", "Hazel", "Indigo", "Ivory", "Jade", "Lilac", "Mint", "Olive", "Opal", "Orange", "Pearl",
    "Plum", "Purple", "Ruby", "Sandy", "Scarlet", "Silver", "Teal", "Violet",
)  # fmt: skip
ANIMALS = (
    "Badger", "Bear", "Beaver", "Bee", "Bison", "Camel", "Cat", "Cheetah", "Condor", "Crane", "Cricket", "Deer",
    "Dolphin", "Dove", "Duck", "Eagle", "Falcon", "Ferret", "Finch", "Fox", "Frog", "Gecko", "Goose", "Hare",
    "Hawk", "Hedgehog", "Heron", "Horse", "Ibex", "Jay", "Kiwi", "Koala", "Lark", "Lemur", "Lion", "Lizard",
    "Llama", "Lynx", "Magpie", "Marten", "Mole", "Moose", "Newt", "Otter", "Owl", "Panda", "Parrot", "Pelican",
    "Penguin", "Puffin", "Quail", "Rabbit", "Raven", "Robin", "Salmon", "Seal", "Sparrow", "Stork", "Swan", "Tiger",
    "Turtle", "Walrus", "Wolf", "Zebra",
)  # fmt: skip
NUMBERS = 100
MARKS = len(COLOURS) * len(ANIMALS) * NUMBERS
# The same in the engine's words.
NUMBER_SQL = f"CRC32(visitor) % {MARKS}"
_MARK = re.compile(r"\s*([a-z]+)\s+([a-z]+)(?:\s+([0-9]{1,2}))?\s*", re.IGNORECASE)


def mark_of(key: str) -> str:
    """Return the mark of a visitor's key."""
    pair, number = divmod(crc32(key.encode()) % MARKS, NUMBERS)
    colour, animal = divmod(pair, len(ANIMALS))
    return f"{COLOURS[colour]} {ANIMALS[animal]} {number:02}"


def marks_meant(text: str) -> range | None:
    """Return the numbers of the marks that a text means, of all numbers where it has none; None for another text."""
    found = _MARK.fullmatch(text)
    colour, animal = (found[1].capitalize(), found[2].capitalize()) if found else ("", "")
    if found is None or colour not in COLOURS or animal not in ANIMALS:
        return None
    begin = (COLOURS.index(colour) * len(ANIMALS) + ANIMALS.index(animal)) * NUMBERS
    if found[3] is None:
        return range(begin, begin + NUMBERS)
    return range(begin + int(found[3]), begin + int(found[3]) + 1)
