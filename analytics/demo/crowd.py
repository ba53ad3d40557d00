"""The crowd of viewers: who comes for the first time, who comes back, and who is known by name."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from random import Random

from analytics.demo.audience import BOTS, DATA_CENTRES, KITS, PLACES, Kit, Lot, Person, Place, person_drawn
from analytics.demo.traffic import CHANNELS, Channel

_NEW = 0.55
_SIGNED_IN = 0.085
_SECOND_BROWSER = 0.02
# By how many releases browsers lag behind the newest.
_BEHIND: Lot[int] = Lot([(0, 70), (1, 20), (2, 7), (3, 3)])
_HOMES: Lot[Channel] = Lot([(channel, channel.weight) for channel in CHANNELS.values()])


@dataclass(slots=True)
class Viewer:
    """One browser: its key, where and what it is, the site it mostly visits, and the person, once it is known."""

    key: str
    place: Place
    kit: Kit
    language: str
    screen: tuple[int, int]
    os_version: str
    releases_behind: int
    home: Channel
    person: Person | None = None
    seen_on: date | None = None
    bot: bool = False


class Crowd:
    """Everybody who has come so far. A visitor who came often is the likelier to come again: few come very often."""

    def __init__(self, rng: Random) -> None:
        self._rng = rng
        self._visits: list[Viewer] = []
        self._persons: list[Person] = []

    def visitor(self, day: date) -> Viewer:
        """Return who makes the next visit of a day: nobody makes two visits on one day."""
        rng = self._rng
        viewer = None
        if self._visits and rng.random() > _NEW:
            # Later visits stand at the end of the list, and who came lately is likelier to come again.
            viewer = self._visits[int(len(self._visits) * rng.random() ** 0.7)]
        if viewer is None or viewer.seen_on == day:
            viewer = self._newcomer()
        viewer.seen_on = day
        self._visits.append(viewer)
        return viewer

    def bot(self) -> Viewer:
        """Return a robot, which comes once."""
        viewer = self._drawn(DATA_CENTRES.draw(self._rng), BOTS.draw(self._rng))
        viewer.bot = True
        return viewer

    def make_known(self, viewer: Viewer, source: str) -> None:
        """Let a browser's person be known from now on: by a form (`source` turnstile) or by the site (embed)."""
        if viewer.person is None:
            viewer.person = person_drawn(self._rng, len(self._persons) + 1, source)
            self._persons.append(viewer.person)

    def _newcomer(self) -> Viewer:
        rng = self._rng
        viewer = self._drawn(PLACES.draw(rng), KITS.draw(rng))
        if self._persons and rng.random() < _SECOND_BROWSER:
            viewer.person = rng.choice(self._persons)
        elif viewer.home.signed_in and rng.random() < _SIGNED_IN:
            self.make_known(viewer, "embed")
        return viewer

    def _drawn(self, place: Place, kit: Kit) -> Viewer:
        rng = self._rng
        return Viewer(
            key=f"{rng.getrandbits(96):024x}",
            place=place,
            kit=kit,
            language=rng.choice(place.languages),
            screen=rng.choice(kit.screens),
            os_version=rng.choice(kit.os_versions),
            releases_behind=_BEHIND.draw(rng),
            home=_HOMES.draw(rng),
        )
