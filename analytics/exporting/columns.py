"""What an exported session says, in the engine's SQL over the fact (`fact.…`); times are seconds, instants UTC."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from analytics.clickhouse.escape import literal

# As analytics.spreadsheets has it, in the engine's syntax: its \s knows only the white space of ASCII.
_FORMULA = r"^(?:[\t\r\n]|[\s\x{0B}\x{1C}-\x{1F}\x{85}\p{Z}]*[=+\-@＝＋－＠])"
_STRETCHES = "arrayMap((start, end) -> [start / 1000, end / 1000], fact.starts, fact.ends)"
_ACTIONS = """arrayMap((type, name, at, converted) -> CAST((type, {name}, at / 1000, converted),
    'Tuple(type String, name String, at Float64, converted Bool)'),
    fact.action_type, fact.action_name, fact.action_at, fact.action_converted)"""
_LONGEST_SECONDS = 604_800
UTM = ("utm_source", "utm_medium", "utm_campaign")
_PLACE_TEXTS = ("region", "city", "network", "ip")
_CLIENT_TEXTS = ("device", "os", "os_version", "browser", "browser_version")
# The engine would hand on what is no UTF-8 as it is.
_TEXTS = ("visitor", "page", "domain", "referrer", "source", *UTM, "error", "language", "country", *_PLACE_TEXTS)
LINE_NULLABLE = ("page", "referrer", *UTM, "duration", "language", *_PLACE_TEXTS, *_CLIENT_TEXTS, "lat", "lon")


def line_columns(videos: Mapping[int, str]) -> dict[str, str]:
    """Return, by key, what a line of the import has; a null means the same there as no key at all.

    `videos` gives the public id of each video's primary key.
    """
    return {
        "v": "1",
        "video": _translated(videos.keys(), videos.values()),
        "session": "fact.id",
        "seq": "fact.seq",
        "visit": "fact.visit",
        "visitor": "fact.visitor",
        **{name: f"nullIf(fact.{name}, '')" for name in ("page", "referrer", *UTM)},
        "plays": "fact.plays",
        "stretches": _STRETCHES,
        "elapsed": "fact.elapsed / 1000",
        "duration": f"if(isNull(fact.duration), NULL, least(fact.duration / 1000, {_LONGEST_SECONDS}))",
        # The catalog may say something else by now, or elsewhere.
        "duration_used": "ifNull(fact.duration, 0) / 1000",
        "live": "fact.live",
        "actions": _ACTIONS.format(name="name"),
        "quality": """CAST((fact.startup / 1000, fact.rebuffers, fact.rebuffering / 1000, nullIf(fact.error, '')),
            'Tuple(startup Nullable(Float64), rebuffers UInt32, rebuffering Float64, error Nullable(String))')""",
        "screen": "[fact.screen_width, fact.screen_height]",
        "language": "nullIf(fact.language, '')",
        # Said even where it is unknown: the import would look the place up, else.
        "country": "fact.country",
        **{name: f"nullIf(fact.{name}, '')" for name in (*_PLACE_TEXTS, *_CLIENT_TEXTS)},
        "lat": "fact.lat",
        "lon": "fact.lon",
        "bot": "fact.bot",
    }


def flat_columns(videos: Mapping[int, str], titles: Iterable[str]) -> dict[str, str]:
    """Return, by name, one expression a column of a table, stretches and actions as arrays."""
    text = {name: f"toValidUTF8(fact.{name})" for name in (*_TEXTS, *_CLIENT_TEXTS)}
    seconds = {
        name: f"fact.{name} / 1000"
        for name in ("watch_time", "watched", "longest_run", "duration", "elapsed", "startup", "rebuffering")
    }
    same = ("seq", "plays", "played", "viewed", "completed", "watched_30", "rebuffers", "live", "lat", "lon", "bot")
    known = {
        **text,
        **seconds,
        **{name: f"fact.{name}" for name in (*same, "started_at", "received_at", "screen_width", "screen_height")},
        **{f"quarter_{q}": f"if(empty(fact.quarters), NULL, toBool(fact.quarters[{q}]))" for q in range(1, 5)},
        "session": "toString(fact.id)",
        "visit": "toString(fact.visit)",
        "video": _translated(videos.keys(), videos.values()),
        "title": _translated(videos.keys(), titles),
        "stretches": _STRETCHES,
        "actions": _ACTIONS.format(name="toValidUTF8(name)"),
    }
    return {name: known[name] for name in FLAT}


def csv_columns(videos: Mapping[int, str], titles: Iterable[str]) -> dict[str, str]:
    """Return the flat columns as a spreadsheet may have them: no text that it takes for a formula, nothing nested."""
    columns = flat_columns(videos, titles)
    for name in ("title", *_TEXTS, *_CLIENT_TEXTS):
        columns[name] = guarded(columns[name])
    for name in ("stretches", "actions"):
        columns[name] = f"toJSONString({columns[name]})"
    return columns


def guarded(text: str) -> str:
    """Return the text with an apostrophe in front where a spreadsheet would take it for a formula."""
    return f"if(match({text}, {literal(_FORMULA)}), concat('''', {text}), {text})"


def _translated(numbers: Iterable[int], texts: Iterable[str]) -> str:
    numbers, texts = list(numbers), list(texts)
    if not numbers:
        return "''"
    return f"transform(fact.video_id, {literal(numbers)}, {literal(texts)}, '')"


FLAT = (
    *("session", "seq", "video", "title", "started_at", "received_at", "visitor", "visit"),
    *("page", "domain", "referrer", "source", "utm_source", "utm_medium", "utm_campaign"),
    *("live", "plays", "stretches", "watch_time", "watched", "longest_run", "duration", "elapsed"),
    *("played", "viewed", "completed", "watched_30", "quarter_1", "quarter_2", "quarter_3", "quarter_4", "actions"),
    *("startup", "rebuffers", "rebuffering", "error", "screen_width", "screen_height", "language"),
    *("country", "region", "city", "lat", "lon", "network", "ip"),
    *("device", "os", "os_version", "browser", "browser_version", "bot"),
)
