"""What a user agent says: type of device, operating system, browser, and whether it calls itself a bot.

ua-parser names systems and browsers by linear-time matching (40 µs, and no string makes it slow: user agents come from
anyone). It knows no device types; those follow the conventions that browsers keep: a television says so, Android says
"Mobile" on phones and leaves it out on tablets, iPads of late call themselves Macintosh and count as desktops.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Literal, NamedTuple

from ua_parser import parse
from ua_parser.core import OS, UserAgent

DeviceType = Literal["desktop", "tablet", "smartphone", "tv", "other"]
# Longer ones exist only in attacks and in browsers buried under toolbars; the beginning says it all.
LONGEST = 512

_TV = re.compile(
    r"smart-?tv|\btv\b|hbbtv|apple ?tv|google ?tv|android ?tv|bravia|\baft[a-z]{1,5}\b|\broku|web0s|webos\.tv|netcast"
    r"|crkey|viera|dlnadoc|large screen|vidaa|nettv|dtv\b|mibox|mitv|\bstb\b|set-top|shield android|ce-html",
    re.IGNORECASE,
)
_OTHER = re.compile(r"xbox|playstation|nintendo|watch|oculus|quest [1-9]|carbrowser|; tesla", re.IGNORECASE)
_TABLET = re.compile(
    r"ipad|tablet|\btab\b|kindle|playbook|touchpad|nexus (7|9|10)\b|xoom|\bsm-[tpx]\d|galaxy tab|mediapad|matepad",
    re.IGNORECASE,
)
_PHONE = re.compile(
    r"iphone|ipod|windows phone|iemobile|blackberry|bb10|\bmobile\b|opera (mini|mobi)|symbian|midp|nokia|kaios"
    r"|series ?[46]0",
    re.IGNORECASE,
)
_DESKTOP = re.compile(r"windows|macintosh|mac os x|x11|linux|cros|bsd", re.IGNORECASE)
# An address in a user agent is where a bot explains itself; "CUBOT" and "M bot" are phones. Headless browsers and HTTP
# libraries are not here: people's own tests and servers send with them, and would wonder where their sessions are.
_BOT = re.compile(
    r"(?<!cu)(?<![ _])bot\b|bot/|crawl|spider/|slurp|scraper|fetcher|monitoring|facebookexternalhit|\+https?://",
    re.IGNORECASE,
)
_SYSTEMS = {"Mac OS X": "macOS", "Web0S": "webOS"}
# Programs that speak HTTP by themselves; the database of user agents takes some of them for spiders.
_LIBRARY = re.compile(r"^(?:python|java)\b", re.IGNORECASE)
# One browser has one name, whichever device it runs on: the device is a breakdown of its own.
_NAME = re.compile(r"\b(mobile|ios|tablet)\b ?", re.IGNORECASE)


class Device(NamedTuple):
    """What a user agent says; the names and versions are empty where it says nothing."""

    device: str
    os: str
    os_version: str
    browser: str
    browser_version: str
    bot: bool


UNKNOWN = Device("other", "", "", "", "", False)


# A school or a company sends a few hundred; 20,000 of them are about 15 MB.
@lru_cache(maxsize=20_000)
def _device_of(agent: str) -> Device:
    found = parse(agent)
    spider = found.device is not None and found.device.family == "Spider" and not _LIBRARY.match(agent)
    system = found.os
    browser = found.user_agent
    return Device(
        device=_type(agent),
        os=_SYSTEMS.get(system.family, system.family) if system else "",
        os_version=_version(system),
        browser=_NAME.sub("", browser.family).strip() if browser else "",
        browser_version=_version(browser),
        bot=spider or _BOT.search(agent) is not None,
    )


def device_of(agent: str) -> Device:
    """Return what the user agent says; UNKNOWN for an empty one."""
    return _device_of(agent[:LONGEST]) if agent else UNKNOWN


def _type(agent: str) -> DeviceType:
    if _TV.search(agent):
        return "tv"
    if _OTHER.search(agent):
        return "other"
    if _TABLET.search(agent):
        return "tablet"
    if _PHONE.search(agent):
        return "smartphone"
    if "Android" in agent:
        return "tablet"
    return "desktop" if _DESKTOP.search(agent) else "other"


def _version(part: OS | UserAgent | None) -> str:
    """Return the version as far as it is told, such as `17.5`; browsers freeze what comes after the second number."""
    if part is None or not part.major:
        return ""
    return f"{part.major}.{part.minor}" if part.minor else part.major
