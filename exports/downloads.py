"""A table as the file that a click answers with at once."""

from __future__ import annotations

import sys
import tempfile
from contextlib import nullcontext

from django.http import FileResponse

from exports.models import Format
from exports.tables import Table
from exports.writers import write_csv, write_xlsx

MEDIA_TYPES = {
    Format.CSV: "text/csv; charset=utf-8",
    Format.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


def table_file(table: Table, stem: str, format: str) -> FileResponse:
    """Return the answer that has the table as a file, `csv` or `xlsx`, whose name begins with `stem`."""
    # It is deleted when the answer has been read, and closed.
    target = tempfile.TemporaryFile(prefix=f"viewprint-{stem[:20]}-")  # noqa: SIM115
    if format == Format.CSV:
        write_csv(table, lambda name: nullcontext(target), rows_per_file=sys.maxsize)
    else:
        write_xlsx(table, lambda name: nullcontext(target))
    target.seek(0)
    media_type = MEDIA_TYPES[Format(format)]
    response = FileResponse(target, as_attachment=True, filename=f"{stem}.{format}", content_type=media_type)
    response["Cache-Control"] = "private, no-store"
    return response
