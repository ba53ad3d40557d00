"""The relational half on a real PostgreSQL: migrations, what was moved there, the catalog with its folder tree.

`exports/test_workers.py` begins with a workspace that is made there.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.served import Served

pytestmark = [pytest.mark.served, pytest.mark.xdist_group("postgres")]


def test_everything_that_people_edit_moves_from_sqlite_to_postgresql_and_works_there(
    prepared: Served, postgres_url: str, tmp_path: Path
) -> None:
    """The commands are those of docs/operations.md."""
    before = Served(tmp_path / "before")
    before.begin_as(prepared)
    dump = str(tmp_path / "catalog.json")
    before.manage("dumpdata", "--exclude", "contenttypes", "--exclude", "auth.permission", "--output", dump)
    after = Served(tmp_path / "after", DATABASE_URL=postgres_url)
    after.manage("migrate", "--verbosity", "0")
    after.manage("loaddata", dump)
    after.workspace = before.workspace
    after.start()
    try:
        _the_catalog_works(after)
        assert not (after.data_dir / "viewprint.sqlite3").exists()
    finally:
        assert after.stop() == 0


def _the_catalog_works(product: Served) -> None:
    project = _created(product, "projects", name="Trainings")
    outer = _created(product, "folders", name="2026", project=project)
    inner = _created(product, "folders", name="Spring", project=project, parent=outer)
    video = _created(product, "videos", title="Welcome", duration=120.5, project=project, folder=inner)
    other = _created(product, "folders", name="2027", project=project)
    status, moved = product.send("PATCH", f"/v1/catalog/folders/{inner}", {"parent": other})
    assert (status, moved["parent"]) == (200, other)
    status, answer = product.get(f"/v1/catalog/videos/{video}")
    assert (status, answer["folder"], answer["duration"]) == (200, inner, 120.5)
    for folder, rows in ((outer, []), (other, [{"video": video, "views": 0}])):
        question = {"metrics": ["views"], "by": ["video"], "scope": {"folder": folder}}
        status, answer = product.post("/v1/query", question)
        assert status == 200, answer
        assert answer["rows"] in (rows, []), answer
    status, listed = product.get("/v1/catalog/folders")
    assert status == 200
    assert {folder["id"] for folder in listed["data"]} == {outer, inner, other}


def _created(product: Served, kind: str, **values: object) -> str:
    status, made = product.post(f"/v1/catalog/{kind}", values)
    assert status == 201, made
    return str(made["id"])
