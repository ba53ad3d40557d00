"""What a report or schedule is about, in words for its pages and mails."""

from __future__ import annotations

from collections.abc import Mapping

from exports.models import About, Breakdown, Selection

# Names of folders and projects beyond these are only counted.
NAMED = 2


def content_words(selection: Selection, names: Mapping[str, str]) -> str:
    """Return what it is of, such as `Films, Drama and 2 more`; `names` are those that there still are, by public id."""
    if selection.about == About.ACCOUNT:
        return "Analytics of the workspace"
    if selection.about != About.CATALOG:
        return f"Analytics of the {selection.about} “{names.get(selection.subject, selection.subject)}”"
    chosen = [*selection.projects, *selection.folders]
    known = [names[each] for each in chosen if each in names]
    words = known[:NAMED]
    if known[NAMED:]:
        words.append(f"{len(known) - NAMED} more")
    if gone := len(chosen) - len(known):
        words.append(f"{gone} that {'is' if gone == 1 else 'are'} gone")
    return _listed(words) if words else "The whole workspace"


def details_words(selection: Selection) -> str:
    """Return what else was chosen, such as `15 fields · by day · XLSX`."""
    noun = "field" if selection.about == About.CATALOG else "metric"
    parts = [f"{len(selection.fields)} {noun}{'' if len(selection.fields) == 1 else 's'}"]
    if selection.breakdown:
        parts.append(f"by {Breakdown(selection.breakdown).label.lower()}")
    return " · ".join([*parts, selection.format.upper()])


def _listed(words: list[str]) -> str:
    return " and ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)
