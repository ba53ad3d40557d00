"""The database backend `analytics.clickhouse`: Django on ClickHouse, embedded (chDB) or a server, as one code path.

A thin subclass of django-clickhouse-backend whose driver talks through clickhouse-connect. What it adds, fixes and
refuses stands in the module that does so.
"""
