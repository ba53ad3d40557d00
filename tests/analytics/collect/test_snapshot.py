"""The shape and the bounds of snapshots, and what is said about those that break them."""

from __future__ import annotations

import json
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.collect.snapshot import SNAPSHOTS, Fault, Snapshot, TooMany, Unreadable, clock_fault
from tests.analytics.collect.examples import snapshot, uuid7

VIDEO = "vid_0000000000"
AT = 1_735_732_800_000


def read(value: Any) -> Snapshot | list[Fault]:
    [item] = SNAPSHOTS.body(json.dumps(value).encode())
    return item


def faults(**more: Any) -> list[str]:
    """Return the fields at fault in a snapshot with these values."""
    item = read(snapshot(VIDEO, **more))
    return sorted({fault.field for fault in item}) if isinstance(item, list) else []


def text_of(item: Snapshot | list[Fault]) -> str:
    assert isinstance(item, list)
    return "; ".join(f"{fault.field} {fault.message}" for fault in item)


@pytest.mark.parametrize(
    "more",
    [
        {"stretches": [[0, 0], [604800, 604800]]},
        {"stretches": [[0, 1]] * 2000},
        {"actions": [{"type": "turnstile"}] * 500},
        {"visitor": "🎉" * 64},
        {"page": "HTTPS://example.com/".ljust(2048, "a")},
        {"page": "", "referrer": "", "visitor": "", "language": ""},
        {"seq": 0},
        {"seq": 2**32 - 1, "plays": 2**32 - 1},
        {"elapsed": 604800, "duration": 0},
        {"duration": 12, "live": True, "consent": False, "screen": [0, 65535]},
        {"identity": {"id": "1", "org": {"name": "n"}, "source": "embed", "later": 1}},
        {"quality": {}},
        {"session": uuid7(AT).upper()},
        {"anything": {"else": [1, {"deep": None}]}},
    ],
)
def test_what_is_within_bounds_is_read(more: dict[str, Any]) -> None:
    assert faults(**more) == []


def test_null_means_the_same_as_leaving_a_key_out() -> None:
    required = {"v": 1, "video": VIDEO, "session": uuid7(), "seq": 1}
    names = [field.name for field in msgspec.structs.fields(Snapshot) if not field.required]
    assert read(required | dict.fromkeys(names)) == read(required)


@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        ("v", 2, "must be 1"),
        ("v", True, "expected int, got bool"),
        ("seq", -1, ">= 0"),
        ("seq", 2**32, "<= 4294967295"),
        ("seq", 1.5, "expected int, got float"),
        ("seq", "1", "expected int, got str"),
        ("session", "3f2b1c9a-0000-4000-8000-000000000001", "UUIDv7"),
        ("session", "0191f3a0-0000-7000-c000-000000000001", "UUIDv7"),
        ("session", "nonsense", "UUID"),
        ("visit", "nonsense", "UUID"),
        ("visitor", "x" * 65, "length <= 64"),
        ("page", "https://example.com/".ljust(2049, "a"), "length <= 2048"),
        ("page", "ftp://example.com/", "http:// or https://"),
        ("page", "javascript:alert(1)", "http:// or https://"),
        ("page", "https://", "names a host"),
        ("page", "http://[::1", "names a host"),
        ("page", "http://example.com:port/", "names a host"),
        ("referrer", "android-app://com.example", "http:// or https://"),
        ("stretches", [[5, 1]], "ends before it starts"),
        ("stretches", [[0, 1, 2]], "[0]"),
        ("stretches", [[0, 604801]], "[0][1]: expected float <= 604800"),
        ("stretches", [[-1, 1]], "[0][0]: expected float >= 0"),
        ("stretches", [[False, True]], "got bool"),
        ("stretches", [[0, None]], "got null"),
        ("stretches", [[0, 1]] * 2001, "length <= 2000"),
        ("stretches", {}, "expected array"),
        ("elapsed", -0.001, ">= 0"),
        ("elapsed", 604800.5, "<= 604800"),
        ("duration", "12", "got str"),
        ("plays", True, "got bool"),
        ("live", 1, "expected bool"),
        ("actions", [{"type": "click"}] * 501, "length <= 500"),
        ("actions", [{"type": "dance"}], "[0].type: invalid enum value 'dance'"),
        ("actions", [{"name": "x"}], "missing required field type"),
        ("actions", [{"type": "click", "at": -1}], "[0].at: expected float >= 0"),
        ("identity", {"email": 5}, "email: expected str"),
        ("identity", {"source": "guess"}, "source: invalid enum value"),
        ("quality", {"rebuffers": -1}, "rebuffers: expected int >= 0"),
        ("screen", [1920], "length 2"),
        ("screen", [1920, 70000], "<= 65535"),
        ("language", ["de"], "expected str"),
    ],
)
def test_what_breaks_a_bound_is_refused_with_its_field_and_why(field: str, value: Any, message: str) -> None:
    item = read(snapshot(VIDEO) | {field: value})
    assert isinstance(item, list)
    assert [fault.field for fault in item] == [field]
    assert message.lower() in item[0].message.lower()


@pytest.mark.parametrize("number", ["NaN", "Infinity", "-Infinity", "01", "+1", "1_000"])
def test_numbers_that_json_has_not_are_refused(number: str) -> None:
    text = json.dumps(snapshot(VIDEO, elapsed=99)).replace("99", number)
    with pytest.raises(Unreadable):
        SNAPSHOTS.body(text.encode())


def test_a_number_too_large_to_be_finite_is_one_field_s_fault() -> None:
    text = json.dumps([snapshot(VIDEO, elapsed=0.987654321), snapshot(VIDEO)]).replace("0.987654321", "1e999")
    broken, whole = SNAPSHOTS.body(text.encode())
    assert text_of(broken) == "elapsed number out of range"
    assert isinstance(whole, Snapshot)


def test_several_fields_at_fault_are_all_named() -> None:
    assert faults(seq=-1, page=7, stretches=[[0, -1]]) == ["page", "seq", "stretches"]
    assert faults(v=2, page="x:y", stretches=[[2, 1]]) == ["page", "stretches", "v"]


def test_required_keys_are_named() -> None:
    item = read({})
    assert isinstance(item, list)
    assert [(fault.field, fault.message) for fault in item] == [
        (name, "is required") for name in ("v", "video", "session", "seq")
    ]


@pytest.mark.parametrize(
    ("written", "read_as"),
    [
        (r"\ud83c\udf89", "🎉"),
        (r"\ud83c", "\ufffd"),
        (r"\udf89\uD83C", "\ufffd\ufffd"),
        (r"\ud83c\ud83c\udf89", "\ufffd🎉"),
        (r"\\ud83c", "\\ud83c"),
        (r"\\\ud83c", "\\\ufffd"),
    ],
)
def test_half_an_emoji_spoils_nothing(written: str, read_as: str) -> None:
    text = json.dumps([snapshot(VIDEO, language="XX"), snapshot(VIDEO, seq=-1)]).replace("XX", written)
    mended, broken = SNAPSHOTS.body(text.encode())
    assert isinstance(mended, Snapshot)
    assert mended.language == read_as
    assert isinstance(broken, list)


def test_a_list_is_judged_item_by_item() -> None:
    items = SNAPSHOTS.body(json.dumps([snapshot(VIDEO), 5, None, [], {}, snapshot(VIDEO)]).encode())
    assert [isinstance(item, Snapshot) for item in items] == [True, False, False, False, False, True]
    assert text_of(items[1]) == " a snapshot is a JSON object"


@pytest.mark.parametrize("body", [b"", b" ", b"7", b'"x"', b"true", b"null", b"[1", b"{]", b"\xff", b"[" * 65000])
def test_a_body_that_is_no_snapshot_is_unreadable(body: bytes) -> None:
    with pytest.raises(Unreadable):
        SNAPSHOTS.body(body)


def test_more_than_a_hundred_are_too_many_whatever_they_are() -> None:
    assert len(SNAPSHOTS.body(json.dumps([5] * 100).encode())) == 100
    for many in ([5] * 101, [snapshot(VIDEO)] * 101):
        with pytest.raises(TooMany):
            SNAPSHOTS.body(json.dumps(many).encode())


def test_the_load_s_time_is_the_uuid_s() -> None:
    item = read(snapshot(VIDEO, session=uuid7(AT)))
    assert isinstance(item, Snapshot)
    assert item.started_ms == AT


@pytest.mark.parametrize(
    ("offset", "fault"),
    [(0, False), (300_000, False), (300_001, True), (-172_800_000, False), (-172_800_001, True)],
)
def test_the_clock_may_be_five_minutes_ahead_and_two_days_behind(offset: int, fault: bool) -> None:
    item = read(snapshot(VIDEO, session=uuid7(AT + offset)))
    assert isinstance(item, Snapshot)
    found = clock_fault(item, AT)
    assert (found is not None) is fault
    assert found is None or found.code == "clock_skew"


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=10,
)
keys = st.sampled_from([field.name for field in msgspec.structs.fields(Snapshot)])


@given(st.dictionaries(keys, json_values))
def test_any_values_of_any_keys_are_read_or_refused_by_field(values: dict[str, Any]) -> None:
    item = read(snapshot(VIDEO) | values)
    if isinstance(item, list):
        assert {fault.field for fault in item} <= set(values)


@given(st.binary(max_size=200) | st.text(max_size=200).map(str.encode))
def test_any_bytes_are_read_or_refused(body: bytes) -> None:
    try:
        items = SNAPSHOTS.body(body)
    except (Unreadable, TooMany):
        return
    assert all(isinstance(item, list | Snapshot) for item in items)
