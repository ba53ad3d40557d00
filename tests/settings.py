"""The product's settings for the tests: data in a directory of this test process's own, the engine in memory.

They must be in the environment before `config.settings` is read, whatever a developer's shell or `.env` says.
"""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile
from pathlib import Path

DIRECTORY = tempfile.mkdtemp(prefix="viewprint-tests-")
atexit.register(shutil.rmtree, DIRECTORY, ignore_errors=True)
os.environ.update(
    DATA_DIR=DIRECTORY,
    DATABASE_URL=f"sqlite:///{DIRECTORY}/viewprint.sqlite3",
    CLICKHOUSE_URL="chdb://memory",
    CLICKHOUSE_TABLES="plain",
    REDIS_URL="",
    EMAIL_URL="",
    FILES_URL="",
    GEOIP_PATH="",
    TRUSTED_PROXIES="",
    WEBHOOKS_PRIVATE="",
    PUBLIC_URL="http://127.0.0.1:8000",
    SECRET_KEY="only for the tests, and long enough to pass the checks of a real one",
    DEBUG="false",
    API_PER_TOKEN_PER_MINUTE="1000000",
    # In the test's own thread, where it can count them.
    QUESTIONS_AT_ONCE="1",
)

from config.settings import *  # noqa: E402, F403
from config.settings import DATABASES, STORAGES  # noqa: E402

# A file, so that several threads of a test see one database; its durability is not what these tests are about.
DATABASES["default"]["TEST"] = {"NAME": f"{DIRECTORY}/test.sqlite3"}
DATABASES["default"]["OPTIONS"]["init_command"] = "PRAGMA journal_mode=WAL; PRAGMA synchronous=OFF;"
# To compile what is asked a few times takes longer than to answer it.
JIT = ("compile_expressions", "compile_aggregate_expressions", "compile_sort_description")
DATABASES["clickhouse"]["OPTIONS"]["settings"] = dict.fromkeys(JIT, 0)
# Not the checkout's, which a served product may be filling meanwhile.
STATIC_ROOT = Path(DIRECTORY) / "static"
STATIC_ROOT.mkdir()
STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
