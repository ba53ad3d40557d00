"""The ORM's statements: refusals where upstream's SQL would be silently wrong, row counts, lightweight deletes."""

from __future__ import annotations

from typing import Any

from clickhouse_backend.models import engines
from clickhouse_backend.models.sql import compiler as upstream
from django.db import NotSupportedError
from django.db.models.sql import Query

SQLInsertCompiler = upstream.SQLInsertCompiler
SQLAggregateCompiler = upstream.SQLAggregateCompiler


class SQLCompiler(upstream.SQLCompiler):
    """Refuses set operations, and correlated subqueries on their own table: both would be silently wrong.

    Groups by more than the sets of all keys where the query's `grouping` says so (`grouped`).
    """

    def as_sql(self, with_limits: bool = True, with_col_aliases: bool = False) -> tuple[str, Any]:
        query = self.query
        if query.subquery:
            inner = {query.get_meta().db_table, *(table.table_name for table in query.alias_map.values())}
            conditions = getattr(query, "prewhere", query.where).children
            for column in (*query.get_external_cols(), *query._gen_cols(conditions, include_external=True)):
                if column.alias in query.external_aliases and column.target.model._meta.db_table in inner:
                    raise NotSupportedError(
                        f"OuterRef({column.target.name!r}) onto the table it is asked from: the engine would compare "
                        "the inner row with itself. Use arrays, argMax or a window."
                    )
        return super().as_sql(with_limits, with_col_aliases)

    def get_group_by(self, select: Any, order_by: Any) -> list[Any]:
        keys = super().get_group_by(select, order_by)
        form = getattr(self.query, "grouping", "")
        if not form or not keys:
            return keys
        columns = ", ".join(f"({sql})" if form == "GROUPING SETS" else sql for sql, _ in keys)
        return [(f"{form} ({columns})", [each for _, params in keys for each in params])]

    def get_combinator_sql(self, combinator: str, all: bool) -> tuple[list[str], list[Any]]:
        raise NotSupportedError(f"{combinator}() would keep duplicates here, so it is refused. Combine filters with Q.")


def grouped(queryset: Any, form: str) -> Any:
    """Return the queryset of groups with further rows: ROLLUP adds one of all groups, by a single key.

    GROUPING SETS answers by each key alone instead of by all together. A row that is not grouped by a key has the empty
    value of its type there, which GROUPING() tells from one that was found.
    """
    chained = queryset.all()
    chained.query.grouping = form
    return chained


def _matching_rows(query: Any, using: str) -> int:
    counting: Query = Query(query.model)
    counting.get_initial_alias()
    counting.where = query.where.clone()
    return counting.get_count(using)


class SQLUpdateCompiler(upstream.SQLUpdateCompiler):
    """Counts before it rewrites (the engine tells no number), and rewrites nothing for nothing."""

    def execute_sql(self, result_type: Any) -> int:
        matching = _matching_rows(self.query, self.using)
        if matching:
            super().execute_sql(result_type)
        return matching


class SQLDeleteCompiler(upstream.SQLDeleteCompiler):
    """Deletes by marks (milliseconds) where upstream rewrites whole parts; counts as updates do."""

    def _as_sql(self, query: Any) -> tuple[str, tuple[Any, ...]]:
        if isinstance(getattr(query.model._meta, "engine", None), engines.Distributed):
            return super()._as_sql(query)
        table = self.quote_name_unless_alias(query.base_table)
        where, params = self._compile_where(table)
        return f"DELETE FROM {table} WHERE {where}", tuple(params)  # noqa: S608

    def execute_sql(self, result_type: Any) -> int:
        matching = _matching_rows(self.query, self.using)
        super().execute_sql(result_type)
        return matching
