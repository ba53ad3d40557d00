"""Who watches the demo: places, devices and people, all drawn from short lists of our own.

Versions of browsers follow the calendar, so that last year's sessions were watched with last year's browsers.
"""

from __future__ import annotations

import unicodedata
from bisect import bisect
from collections.abc import Container, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from itertools import accumulate
from random import Random
from typing import Any, Generic, TypeVar

Drawn = TypeVar("Drawn")


class Lot(Generic[Drawn]):
    """Things to draw from, each with a weight."""

    def __init__(self, weighted: Sequence[tuple[Drawn, float]]) -> None:
        self._things = [thing for thing, _ in weighted]
        self._bounds = list(accumulate(weight for _, weight in weighted))

    def draw(self, rng: Random) -> Drawn:
        """Return one thing, as likely as its weight says."""
        return self._things[bisect(self._bounds, rng.random() * self._bounds[-1])]


@dataclass(frozen=True)
class Place:
    """Where a viewer is; `hours` is how far the clocks there are ahead of Berlin's."""

    country: str
    region: str
    city: str
    lat: float
    lon: float
    network: str
    languages: tuple[str, ...]
    hours: int = 0


_GERMAN, _ENGLISH = ("de-DE", "de-DE", "de-DE", "de-DE", "en-US"), ("en-GB",)

PLACES: Lot[Place] = Lot(
    [
        (Place("DE", "Berlin", "Berlin", 52.52, 13.405, "Deutsche Telekom AG", _GERMAN), 9),
        (Place("DE", "Bavaria", "Munich", 48.137, 11.575, "Vodafone GmbH", _GERMAN), 7),
        (Place("DE", "Hamburg", "Hamburg", 53.551, 9.993, "Deutsche Telekom AG", _GERMAN), 5),
        (Place("DE", "North Rhine-Westphalia", "Cologne", 50.937, 6.96, "NetCologne GmbH", _GERMAN), 5),
        (Place("DE", "Hesse", "Frankfurt am Main", 50.11, 8.682, "Telefonica Germany", _GERMAN), 4),
        (Place("DE", "Saxony", "Leipzig", 51.34, 12.375, "Deutsche Telekom AG", _GERMAN), 3),
        (Place("AT", "Vienna", "Vienna", 48.208, 16.372, "A1 Telekom Austria AG", ("de-AT", "de-AT", "en-US")), 4),
        (Place("AT", "Styria", "Graz", 47.07, 15.439, "Magenta Telekom", ("de-AT",)), 1.5),
        (Place("CH", "Zurich", "Zürich", 47.377, 8.54, "Swisscom AG", ("de-CH", "de-CH", "en-US")), 3),
        (Place("CH", "Geneva", "Geneva", 46.204, 6.143, "Swisscom AG", ("fr-CH",)), 1),
        (Place("GB", "England", "London", 51.507, -0.128, "British Telecommunications", _ENGLISH, -1), 6),
        (Place("GB", "Scotland", "Edinburgh", 55.953, -3.188, "Virgin Media", _ENGLISH, -1), 1.6),
        (Place("IE", "Leinster", "Dublin", 53.35, -6.26, "Eir Broadband", ("en-IE",), -1), 1.2),
        (Place("FR", "Île-de-France", "Paris", 48.857, 2.352, "Orange S.A.", ("fr-FR",)), 4),
        (Place("FR", "Auvergne-Rhône-Alpes", "Lyon", 45.764, 4.836, "Free SAS", ("fr-FR",)), 1.5),
        (Place("NL", "North Holland", "Amsterdam", 52.368, 4.904, "KPN B.V.", ("nl-NL", "en-US")), 3),
        (Place("BE", "Brussels Capital", "Brussels", 50.85, 4.352, "Proximus NV", ("fr-BE", "nl-BE")), 1.2),
        (Place("ES", "Madrid", "Madrid", 40.417, -3.704, "Telefonica de Espana", ("es-ES",)), 2.4),
        (Place("IT", "Lombardy", "Milan", 45.464, 9.19, "TIM S.p.A.", ("it-IT",)), 2.2),
        (Place("PL", "Mazovia", "Warsaw", 52.23, 21.012, "Orange Polska", ("pl-PL", "pl-PL", "en-US")), 2.4),
        (Place("CZ", "Prague", "Prague", 50.076, 14.438, "O2 Czech Republic", ("cs-CZ",)), 1.2),
        (Place("SE", "Stockholm", "Stockholm", 59.329, 18.069, "Telia Company AB", ("sv-SE", "en-US")), 1.8),
        (Place("NO", "Oslo", "Oslo", 59.914, 10.752, "Telenor Norge AS", ("nb-NO",)), 1),
        (Place("PT", "Lisbon", "Lisbon", 38.722, -9.139, "MEO", ("pt-PT",), -1), 0.9),
        (Place("TR", "Istanbul", "Istanbul", 41.008, 28.978, "Turk Telekom", ("tr-TR",), 1), 1.1),
        (Place("US", "New York", "New York", 40.713, -74.006, "Verizon Business", ("en-US",), -6), 5),
        (Place("US", "California", "San Francisco", 37.775, -122.419, "Comcast Cable", ("en-US",), -9), 4),
        (Place("US", "Texas", "Austin", 30.267, -97.743, "AT&T Services", ("en-US", "en-US", "es-US"), -7), 2.4),
        (Place("US", "Illinois", "Chicago", 41.878, -87.63, "Comcast Cable", ("en-US",), -7), 2),
        (Place("CA", "Ontario", "Toronto", 43.653, -79.383, "Rogers Communications", ("en-CA",), -6), 2),
        (Place("BR", "São Paulo", "São Paulo", -23.55, -46.633, "Vivo", ("pt-BR",), -4), 2.2),
        (Place("MX", "Mexico City", "Mexico City", 19.433, -99.133, "Telmex", ("es-MX",), -7), 1),
        (Place("IN", "Karnataka", "Bengaluru", 12.972, 77.594, "Bharti Airtel", ("en-IN", "en-IN", "hi-IN"), 4), 3.6),
        (Place("IN", "Maharashtra", "Mumbai", 19.076, 72.878, "Reliance Jio", ("en-IN", "hi-IN"), 4), 2.4),
        (Place("SG", "", "Singapore", 1.352, 103.82, "Singtel", ("en-SG",), 7), 0.9),
        (Place("JP", "Tokyo", "Tokyo", 35.69, 139.692, "NTT Communications", ("ja-JP",), 8), 1.6),
        (Place("AU", "New South Wales", "Sydney", -33.869, 151.209, "Telstra", ("en-AU",), 9), 1.4),
        (Place("NG", "Lagos", "Lagos", 6.524, 3.379, "MTN Nigeria", ("en-NG",), 0), 0.8),
        (Place("ZA", "Gauteng", "Johannesburg", -26.204, 28.047, "Vodacom", ("en-ZA",), 1), 0.8),
    ]
)
DATA_CENTRES: Lot[Place] = Lot(
    [
        (Place("US", "Virginia", "Ashburn", 39.044, -77.487, "Cloud hosting", ("en-US",), -6), 3),
        (Place("US", "Oregon", "The Dalles", 45.594, -121.179, "Cloud hosting", ("en-US",), -9), 2),
        (Place("FI", "Uusimaa", "Helsinki", 60.17, 24.938, "Server hosting", ("",), 1), 1),
    ]
)


@dataclass(frozen=True)
class Kit:
    """A device with its system and browser, named as the collector names them; `release` is a key of `_RELEASES`.

    Most browsers say the same version of the system for ever (Windows 10, macOS 10.15, Android 10), so it is said here.
    """

    device: str
    os: str
    os_versions: tuple[str, ...]
    browser: str
    release: str
    screens: tuple[tuple[int, int], ...]


_LAPTOPS = ((1920, 1080), (1920, 1080), (1536, 864), (2560, 1440), (1366, 768))
_MACS = ((1512, 982), (1440, 900), (1728, 1117), (2560, 1440))
_IPHONES = ((390, 844), (393, 852), (402, 874), (430, 932))
_ANDROIDS = ((412, 915), (360, 800), (384, 832), (412, 892))
KITS: Lot[Kit] = Lot(
    [
        (Kit("desktop", "Windows", ("10",), "Chrome", "chromium", _LAPTOPS), 26),
        (Kit("desktop", "Windows", ("10",), "Edge", "chromium", _LAPTOPS), 11),
        (Kit("desktop", "Windows", ("10",), "Firefox", "firefox", _LAPTOPS), 5),
        (Kit("desktop", "macOS", ("10.15",), "Safari", "safari", _MACS), 9),
        (Kit("desktop", "macOS", ("10.15",), "Chrome", "chromium", _MACS), 8),
        (Kit("desktop", "macOS", ("10.15",), "Firefox", "firefox", _MACS), 1.5),
        (Kit("desktop", "Linux", ("",), "Firefox", "firefox", _LAPTOPS), 2),
        (Kit("desktop", "Linux", ("",), "Chrome", "chromium", _LAPTOPS), 1.6),
        (Kit("desktop", "Chrome OS", ("",), "Chrome", "chromium", ((1366, 768), (1920, 1080))), 1.2),
        (Kit("smartphone", "iOS", ("18.6", "18.6", "18.5"), "Safari", "safari", _IPHONES), 13),
        (Kit("smartphone", "Android", ("10",), "Chrome", "chromium", _ANDROIDS), 13),
        (Kit("smartphone", "Android", ("10",), "Samsung Internet", "samsung", _ANDROIDS), 2.6),
        (Kit("smartphone", "iOS", ("18.6", "17.7"), "Chrome", "chromium", _IPHONES), 1.6),
        (Kit("tablet", "iOS", ("18.6", "17.7"), "Safari", "safari", ((820, 1180), (1024, 1366))), 3.4),
        (Kit("tablet", "Android", ("10",), "Chrome", "chromium", ((800, 1280),)), 1.4),
        (Kit("tv", "Android", ("14", "12"), "Chrome", "chromium", ((1920, 1080),)), 0.5),
        (Kit("tv", "Tizen", ("9.0", "8.0"), "Samsung Internet", "samsung", ((1920, 1080),)), 0.3),
    ]
)
BOTS: Lot[Kit] = Lot(
    [
        (Kit("other", "", ("",), "Googlebot", "bot", ((0, 0),)), 5),
        (Kit("other", "", ("",), "bingbot", "bot", ((0, 0),)), 2),
        (Kit("desktop", "Linux", ("",), "HeadlessChrome", "chromium", ((800, 600),)), 2),
    ]
)
# The major version that was current on a day, and how many days each lasts.
_RELEASES = {
    "chromium": (143, date(2025, 12, 2), 28),
    "firefox": (146, date(2025, 12, 9), 28),
    "samsung": (29, date(2025, 11, 1), 120),
    "safari": (26, date(2025, 9, 15), 365),
}


def browser_version(kit: Kit, on: date, behind: int) -> str:
    """Return the major version that a browser had on a day, some releases behind the newest; bots have 2.1."""
    if kit.release == "bot":
        return "2.1"
    major, since, days = _RELEASES[kit.release]
    return f"{major + (on - since).days // days - behind}.0"


@dataclass(frozen=True)
class Person:
    """Someone who told who they are, by a form over the video (turnstile) or the site around it (embed)."""

    external_id: str
    email: str
    name: str
    org_name: str
    org_title: str
    source: str

    @cached_property
    def as_identity(self) -> dict[str, Any]:
        """What a snapshot says of the person; what is not known is left out."""
        org = {"name": self.org_name, "title": self.org_title} if self.org_name else None
        parts = {"id": self.external_id, "email": self.email, "name": self.name, "org": org, "source": self.source}
        return {name: part for name, part in parts.items() if part}


_FIRST_NAMES = (
    "Anna", "Ben", "Clara", "David", "Elif", "Finn", "Greta", "Hannah", "Ivan", "Jana", "Karim", "Lea", "Milan",
    "Nora", "Oskar", "Paula", "Quentin", "Rosa", "Samuel", "Tilda", "Umut", "Valentin", "Wiebke", "Xenia", "Yusuf",
    "Zoe", "Aisha", "Björn", "Chiara", "Diego", "Emma", "Farid", "Giulia", "Hugo", "Ines", "Jakob", "Kateřina",
    "Liam", "Mei", "Niko", "Olga", "Priya", "Raj", "Sofia", "Tomás", "Uma", "Viktor", "Wanjiru", "Yara", "Zofia",
)  # fmt: skip
_LAST_NAMES = (
    "Adler", "Berger", "Castro", "Dubois", "Eriksson", "Fischer", "García", "Hoffmann", "Ivanova", "Jensen", "Kaya",
    "Lehmann", "Meyer", "Nowak", "Okafor", "Peters", "Quist", "Rossi", "Schmidt", "Tanaka", "Ullrich", "Vogel",
    "Weber", "Xu", "Yilmaz", "Zimmer", "Almeida", "Brandt", "Clarke", "Demir", "Engel", "Fuchs", "Gruber", "Haas",
    "Iyer", "Janssen", "Keller", "Lindqvist", "Moreau", "Nair", "O'Brien", "Patel", "Richter", "Santos", "Thompson",
    "Unger", "Virtanen", "Wagner", "Young",
)  # fmt: skip
_ORGS = (
    "Northwind Logistics", "Fjord & Söner", "Hansewerk", "Blue Kettle Foods", "Stadtwerke Auental", "Tern Travel",
    "Kestrel Insurance", "Pine & Partner", "Oakfield College", "Mosaik Medien", "Delta Diagnostics", "Riverbank",
)  # fmt: skip
_ORGS_DRAWN: Lot[str] = Lot([(name, 1 / place) for place, name in enumerate(_ORGS, start=1)])
_JOBS = (
    "Analyst", "Controller", "Team lead", "HR manager", "Teacher", "Project manager", "Web developer", "Designer",
    "Student", "Accountant", "Head of training", "Consultant",
)  # fmt: skip


def person_drawn(rng: Random, number: int, source: str) -> Person:
    """Return a person with a name and an address that nobody has; `number` keeps people of one name apart."""
    first, last = rng.choice(_FIRST_NAMES), rng.choice(_LAST_NAMES)
    local = _plain(f"{first}.{last}")
    domain = rng.choice(("example.com", "example.org"))
    works = rng.random() < 0.7
    return Person(
        external_id=f"user-{10_000 + number}" if source == "embed" else "",
        email=f"{local}{number}@{domain}",
        name=f"{first} {last}",
        org_name=_ORGS_DRAWN.draw(rng) if works else "",
        org_title=rng.choice(_JOBS) if works else "",
        source=source,
    )


def registrant_drawn(rng: Random, taken: Container[str]) -> tuple[str, str]:
    """Return the address and the name of somebody who registers and was never seen watching; not one of `taken`."""
    first, last = rng.choice(_FIRST_NAMES), rng.choice(_LAST_NAMES)
    local, domain = _plain(f"{first}.{last}"), _plain(_ORGS_DRAWN.draw(rng)).replace(" ", "-")
    number = 1
    while (email := f"{local}{number if number > 1 else ''}@{domain}.example") in taken:
        number += 1
    return email, f"{first} {last}"


def _plain(text: str) -> str:
    """Return a text in the few letters that every address may have."""
    kept = unicodedata.normalize("NFKD", text.lower().replace(" & ", " ")).encode("ascii", "ignore").decode()
    return kept.replace("'", "")
