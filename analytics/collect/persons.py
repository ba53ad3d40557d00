"""Known persons: who said who they are, and which key their viewing sessions share."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from django.db import transaction

from analytics.collect.identity import secret_key
from analytics.collect.recent import Recent
from analytics.collect.snapshot import Identity, Snapshot
from analytics.models import Visitor
from videos.api.shapes import instant_shown
from videos.services import webhook_emit

CHUNK = 400
GATE = "turnstile"
IDENTIFIED = "visitor.identified"
_NOBODY = Identity()


class Claim(NamedTuple):
    """One session's word on who its viewer is. `browser` is the player's visitor key, `at` the moment of the load."""

    workspace_id: int
    identity: Identity
    browser: str
    session: UUID
    at: datetime


class Said(NamedTuple):
    """What a person is called, cleaned; empty where nothing was said.

    `source` is `turnstile` where the e-mail address was entered at a gate, which no later word takes back.
    """

    external_id: str
    email: str
    name: str
    org_name: str
    org_title: str
    source: str


class Persons:
    """Finds and stores persons in the relational database; remembers for a minute who has said nothing new.

    With `tells`, webhooks hear of persons nobody knew before. History that is imported is no news.
    """

    def __init__(self, *, tells: bool = False) -> None:
        self._tells = tells
        self._recent: Recent[tuple[int, str], tuple[str, Said]] = Recent(20_000, 60)

    def cached(self, claim: Claim) -> str | None:
        """Return the key of a person about whom this claim says nothing new; None where `settle` must be asked."""
        said = said_by(claim.identity)
        found = self._recent.get((claim.workspace_id, digest_of(claim.workspace_id, said)))
        return found[0] if found and not _news(found[1], said) else None

    def keys(self, claims: Sequence[Claim]) -> list[str]:
        """Return the key of each claim's person, when what is new is stored. Blocks; raises django.db errors."""
        known = [self.cached(claim) for claim in claims]
        settled = iter(self.settle([claim for claim, key in zip(claims, known, strict=True) if key is None]))
        return [next(settled) if key is None else key for key in known]

    def settle(self, claims: Sequence[Claim]) -> list[str]:
        """Store what is new in the claims and return, for each, the key of its person. Blocks; raises django.db errors.

        Each claim must have an id or an e-mail address. Of two that differ, the later one in the list wins.
        """
        keys: dict[tuple[int, str], str] = {}
        for workspace_id in {claim.workspace_id for claim in claims}:
            own = [claim for claim in claims if claim.workspace_id == workspace_id]
            with transaction.atomic():
                settlement = _Settlement(workspace_id, own)
                people = settlement.people()
                for person in settlement.fresh if self._tells else ():
                    _tell(person)
            for digest, (person, said) in people.items():
                keys[workspace_id, digest] = person.key
                self._recent.put((workspace_id, digest), (person.key, said))
        return [keys[claim.workspace_id, digest_of(claim.workspace_id, said_by(claim.identity))] for claim in claims]


def said_by(identity: Identity) -> Said:
    """Return what an identity says, without surrounding white space and NULs; addresses are compared in lower case."""
    org, email = identity.org, _clean(identity.email).lower()
    return Said(
        _clean(identity.id),
        email,
        _clean(identity.name),
        _clean(org.name if org else None),
        _clean(org.title if org else None),
        GATE if identity.source == GATE and email else "",
    )


def _source(identity: Identity, said: Said) -> str:
    """Return how a person became known; a gate that was given no address is none."""
    return said.source or ("" if identity.source == GATE else identity.source or "")


def identity_of(snapshot: Snapshot) -> Identity:
    """Return who the viewer says to be, an empty identity where nobody."""
    return snapshot.identity or _NOBODY


def names_person(snapshot: Snapshot) -> bool:
    """Say whether a snapshot names somebody who can be recognised again."""
    identity = snapshot.identity
    return identity is not None and bool(_clean(identity.id) or _clean(identity.email))


def digest_of(workspace_id: int, said: Said) -> str:
    """Return what identifies a person within a workspace: a keyed hash of the id, else of the e-mail address."""
    who = f"id\0{said.external_id}" if said.external_id else f"email\0{said.email}"
    data = f"{workspace_id}\0{who}".encode()
    return hashlib.blake2b(data, key=secret_key("person"), digest_size=32).hexdigest()


def _clean(text: str | None) -> str:
    return text.replace("\0", "").strip() if text else ""


def _news(known: Said, said: Said) -> bool:
    return any(new and new != old for old, new in zip(known, said, strict=True))


class _Settlement:
    """Settles the claims of one workspace in one transaction, with a handful of queries however many they are."""

    def __init__(self, workspace_id: int, claims: Sequence[Claim]) -> None:
        self._workspace_id = workspace_id
        self.fresh: list[Visitor] = []
        self._claims: dict[str, list[tuple[Claim, Said]]] = {}
        pairs = [(claim, said_by(claim.identity)) for claim in claims]
        # Who gave an id and an address is meant, too, where these claims give the address alone.
        owners = {said.email: said for _, said in pairs if said.external_id and said.email}
        self._digests: dict[str, str] = {}
        for claim, said in pairs:
            owner = said if said.external_id else owners.get(said.email, said)
            digest = digest_of(workspace_id, owner)
            self._digests[digest_of(workspace_id, said)] = digest
            self._claims.setdefault(digest, []).append((claim, said))

    def people(self) -> dict[str, tuple[Visitor, Said]]:
        """Return the person of each claimed digest, and what is known of them after these claims."""
        found = self._by_digest(self._claims)
        found |= self._by_email({digest for digest in self._claims if digest not in found})
        if missing := [digest for digest in self._claims if digest not in found]:
            found |= self._created(missing)
        for digest, person in found.items():
            _update(person, digest, self._claims[digest])
        return {said: (found[digest], _known(found[digest])) for said, digest in self._digests.items()}

    def _by_digest(self, digests: Iterable[str]) -> dict[str, Visitor]:
        return {row.identity_digest: row for row in self._rows("identity_digest__in", list(digests))}

    def _by_email(self, digests: set[str]) -> dict[str, Visitor]:
        """Find those who were known by e-mail address alone, or by an id that these claims leave out."""
        emails = {said.email: digest for digest in digests for _, said in self._claims[digest] if said.email}
        found: dict[str, Visitor] = {}
        for row in self._rows("email__in", list(emails)):
            digest = emails[row.email]
            with_id = any(said.external_id for _, said in self._claims[digest])
            if not with_id or not row.external_id:
                found.setdefault(digest, row)
        return found

    def _created(self, digests: list[str]) -> dict[str, Visitor]:
        """Store new persons. Another process may store the same ones, or take a key, at the same moment."""
        # PostgreSQL has no NUL in texts; the browser that calls itself so is not worth a session.
        browsers = [_clean(self._claims[digest][0][0].browser) for digest in digests]
        taken = {row.key for row in self._rows("key__in", browsers)}
        fresh = []
        for digest, browser in zip(digests, browsers, strict=True):
            key = digest[:32] if not browser or browser in taken else browser
            taken.add(key)
            fresh.append(self._new(digest, key))
        Visitor.objects.bulk_create(fresh, ignore_conflicts=True, batch_size=CHUNK)
        found = self._by_digest(digests)
        if late := [digest for digest in digests if digest not in found]:
            again = [self._new(digest, digest[:32]) for digest in late]
            Visitor.objects.bulk_create(again, ignore_conflicts=True, batch_size=CHUNK)
            found |= self._by_digest(late)
        # Whom another process stored at the same moment, it tells of.
        sessions = {row.identity_digest: row.identifying_session for row in fresh}
        self.fresh = [row for digest, row in found.items() if row.identifying_session == sessions[digest]]
        return found

    def _new(self, digest: str, key: str) -> Visitor:
        claim, said = self._claims[digest][0]
        return Visitor(
            workspace_id=self._workspace_id,
            key=key,
            identity_digest=digest,
            **{**said._asdict(), "source": _source(claim.identity, said)},
            identifying_session=claim.session,
            first_seen_at=claim.at,
        )

    def _rows(self, lookup: str, values: list[str]) -> Iterator[Visitor]:
        for start in range(0, len(values), CHUNK):
            chosen = {lookup: values[start : start + CHUNK]}
            yield from Visitor.objects.filter(workspace_id=self._workspace_id, **chosen).order_by("pk")


def _tell(person: Visitor) -> None:
    """Tell the workspace's webhooks who a viewer is."""
    webhook_emit(person.workspace_id, IDENTIFIED, lambda: person_shown(person))


def person_shown(person: Visitor) -> dict[str, Any]:
    """Return a person as webhooks tell of them; null for what was not said."""
    return {
        "visitor": person.key,
        "id": person.external_id or None,
        "email": person.email or None,
        "name": person.name or None,
        "org": {"name": person.org_name or None, "title": person.org_title or None},
        "source": person.source or None,
        "session": str(person.identifying_session),
        "first_seen_at": instant_shown(person.first_seen_at),
    }


def _known(person: Visitor) -> Said:
    return Said(*(getattr(person, field) for field in Said._fields))


def _state(person: Visitor) -> tuple[object, ...]:
    return (*_known(person), person.first_seen_at, person.identity_digest)


def _update(person: Visitor, digest: str, claims: list[tuple[Claim, Said]]) -> None:
    """Save what the claims add to or change in what is known of a person, if anything."""
    before = _state(person)
    for claim, said in claims:
        for field, value in said._asdict().items():
            if value:
                setattr(person, field, value)
        person.source = person.source or _source(claim.identity, said)
        if claim.at < person.first_seen_at:
            person.first_seen_at, person.identifying_session = claim.at, claim.session
    if any(said.external_id for _, said in claims):
        person.identity_digest = digest
    if _state(person) != before:
        person.save()
