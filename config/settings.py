"""Every setting, read once from the environment (and `.env`); docs/settings.md explains them.

A malformed value stops the start with a sentence that names it. Rules between settings are system checks.
"""

from __future__ import annotations

import os
import secrets
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import environ
from django.core.exceptions import ImproperlyConfigured

from config import environment
from config.environment import env
from config.openapi import SPECTACULAR_SETTINGS  # noqa: F401

BASE_DIR = Path(__file__).resolve().parent.parent
environ.Env.read_env(BASE_DIR / ".env")

# --- Where everything lives -------------------------------------------------------------------------------------------

DATA_DIR = environment.directory("DATA_DIR", BASE_DIR / "data")


def _secret_key() -> str:
    """Return SECRET_KEY, or the one kept under DATA_DIR, made on the first start."""
    if given := env.str("SECRET_KEY", default=""):
        return given
    file = DATA_DIR / "secret_key"
    try:
        with file.open("x") as new:
            file.chmod(0o600)
            new.write(secrets.token_urlsafe(50))
    except FileExistsError:
        pass
    return file.read_text().strip()


SECRET_KEY = _secret_key()
DEBUG = environment.boolean("DEBUG", False)
PUBLIC_URL = environment.web_address("PUBLIC_URL", "http://127.0.0.1:8000")
# Where it is not given, `serve` puts the address in its place that it listens on.
PUBLIC_URL_IS_GIVEN = bool(env.str("PUBLIC_URL", default=""))
ALLOWED_HOSTS = environment.words("ALLOWED_HOSTS", ["*"])
CSRF_TRUSTED_ORIGINS = [PUBLIC_URL]
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = PUBLIC_URL.startswith("https://")
SECURE_HSTS_SECONDS = 30 * 86_400 if PUBLIC_URL.startswith("https://") else 0
SILENCED_SYSTEM_CHECKS = [
    "security.W005",  # the product speaks for its own host, not for the domain's other ones
    "security.W008",  # the proxy that speaks https redirects to it
    "security.W021",  # nor does it put the domain on browsers' lists
]
# Only these proxies' X-Forwarded-For and X-Forwarded-Proto are believed; config.server tells the HTTP server.
TRUSTED_PROXIES = environment.addresses("TRUSTED_PROXIES")

# --- Databases --------------------------------------------------------------------------------------------------------

CLICKHOUSE_URL = environment.url(
    "CLICKHOUSE_URL",
    f"chdb://{DATA_DIR / 'clickhouse'}",
    ("chdb", "http", "https"),
    "http://USER:PASSWORD@HOST:8123/DATABASE or chdb:///directory",
)
ENGINE_IS_EMBEDDED = CLICKHOUSE_URL.startswith("chdb:")
DATABASES: dict[str, dict[str, Any]] = {
    "default": environment.database("DATABASE_URL", f"sqlite:///{DATA_DIR / 'viewprint.sqlite3'}"),
    "clickhouse": {
        "ENGINE": "analytics.clickhouse",
        "NAME": "default",
        "OPTIONS": {"dsn": CLICKHOUSE_URL},
        "CONN_MAX_AGE": None,
    },
}
DATABASES["default"] |= {"CONN_MAX_AGE": None, "CONN_HEALTH_CHECKS": True}
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    # Writers queue instead of failing: a transaction takes its lock when it begins, and readers never wait.
    DATABASES["default"]["OPTIONS"] = {
        "timeout": 20,
        "transaction_mode": "IMMEDIATE",
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;",
    }
DATABASE_ROUTERS = ["analytics.clickhouse.router.Router"]
CLICKHOUSE_TABLES = environment.choice("CLICKHOUSE_TABLES", "plain", ("plain", "replicated"))
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# --- Jobs, mail, files ------------------------------------------------------------------------------------------------

REDIS_URL = environment.url("REDIS_URL", "", ("redis", "rediss"), "redis://HOST:6379/0")
# Workers of their own need a queue to share and an engine that more than one process can open.
JOBS_IN_PROCESS = ENGINE_IS_EMBEDDED or not REDIS_URL
JOBS_AT_ONCE = environment.integer("JOBS_AT_ONCE", 2, at_least=1)
# Half of the places, so that one workspace with many reports leaves some to the others, and to mails.
REPORTS_AT_ONCE_PER_WORKSPACE = environment.integer(
    "REPORTS_AT_ONCE_PER_WORKSPACE", max(1, JOBS_AT_ONCE // 2), at_least=1
)
# It holds counts of calls: a Redis that hangs must not hold up the calls, nor few entries forget counts.
CACHES: dict[str, dict[str, Any]] = {
    "default": {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": REDIS_URL,
        "OPTIONS": {"socket_timeout": 1, "socket_connect_timeout": 1},
    }
    if REDIS_URL
    else {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "OPTIONS": {"MAX_ENTRIES": 20_000}}
}
CELERY_BROKER_URL = REDIS_URL or "memory://localhost/"
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_TIMEZONE = "UTC"
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_CONNECTION_MAX_RETRIES = None
if not REDIS_URL:
    CELERY_BROKER_TRANSPORT_OPTIONS = {"polling_interval": 0.1}
CELERY_WORKER_CONCURRENCY = JOBS_AT_ONCE
CELERY_BEAT_SCHEDULER = "celery.beat:Scheduler"

EMAIL_FILE_PATH = str(DATA_DIR / "mail")
EMAIL_BACKEND = "exports.mail.EmlFileBackend"
EMAIL_TIMEOUT = 30
vars().update({name: value for name, value in environment.mail("EMAIL_URL").items() if value != ""})
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", default="Viewprint <viewprint@localhost>")

MEDIA_ROOT = DATA_DIR / "media"
MEDIA_URL = "/media/"
FILES_URL = environment.url("FILES_URL", "", ("s3", "s3+http"), "s3://KEY:SECRET@HOST/BUCKET")


def _report_storage() -> dict[str, Any]:
    """Return the storage of finished reports: an S3-compatible server where FILES_URL names one, else DATA_DIR."""
    if not FILES_URL:
        return {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": str(DATA_DIR / "reports"), "base_url": None},
        }
    parts = urlsplit(FILES_URL)
    if not parts.path.strip("/"):
        raise ImproperlyConfigured("FILES_URL must name a bucket, such as s3://KEY:SECRET@HOST/BUCKET.")
    options = {"bucket_name": parts.path.strip("/")}
    if parts.username and parts.password:
        options |= {"access_key": unquote(parts.username), "secret_key": unquote(parts.password)}
    if parts.hostname:
        port = f":{parts.port}" if parts.port else ""
        options["endpoint_url"] = f"{'http' if parts.scheme == 's3+http' else 'https'}://{parts.hostname}{port}"
    return {"BACKEND": "storages.backends.s3.S3Storage", "OPTIONS": options}


STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "config.static.StaticFiles"},
    "reports": _report_storage(),
}

# Networks that webhooks may reach although they are nobody else's, such as this machine's own.
WEBHOOKS_PRIVATE = environment.addresses("WEBHOOKS_PRIVATE")

# --- Collecting -------------------------------------------------------------------------------------------------------

GEOIP_PATH = environment.existing_file("GEOIP_PATH")
COLLECT_PER_ADDRESS_PER_MINUTE = environment.integer("COLLECT_PER_ADDRESS_PER_MINUTE", 600_000, at_least=1)

# --- Django -----------------------------------------------------------------------------------------------------------

INSTALLED_APPS = [
    # Its basic form leaves `admin.site` to the next one, which makes it the members' site.
    "unfold.apps.BasicAppConfig",
    "videos.apps.MemberAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django_htmx",
    "tree_queries",
    "rest_framework",
    "drf_spectacular",
    "videos",
    "analytics",
    "exports",
    "config",
]
WEB_THREADS = environment.integer("WEB_THREADS", 8, at_least=1)
# One page's: while the engine works on as many as there are cores, one more thread prepares what comes next.
QUESTIONS_AT_ONCE = environment.integer("QUESTIONS_AT_ONCE", (os.cpu_count() or 1) + 1, at_least=1)
MIDDLEWARE = [
    "analytics.frames.RoomMiddleware",
    "config.access.RouteMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "videos.api.caching.PrivateAnswers",
    # No length tells a secret (BREACH): the API knows no cookies, so no other site can make a browser ask it; pages
    # mask their CSRF token anew each time; and the middleware adds bytes at random.
    "django.middleware.gzip.GZipMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
]
ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
ASGI_APPLICATION = "config.asgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    }
]
AUTH_USER_MODEL = "videos.User"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in ("UserAttributeSimilarityValidator", "MinimumLengthValidator", "CommonPasswordValidator")
]
PASSWORD_RESET_TIMEOUT = 3600
LOGIN_URL = "admin:login"
LOGIN_REDIRECT_URL = "/"
APPEND_SLASH = False
USE_TZ = True
TIME_ZONE = "UTC"
LANGUAGE_CODE = "en-us"
# Of Django's hundred, each page would look up every name.
LANGUAGES = [("en-us", "English")]
STATIC_URL = "/static/"
# Beside the code, whose product it is: `serve` fills it when the sources have changed.
STATIC_ROOT = BASE_DIR / "staticfiles"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATICFILES_FINDERS = [
    "django.contrib.staticfiles.finders.FileSystemFinder",
    "django.contrib.staticfiles.finders.AppDirectoriesFinder",
    "analytics.finders.PlotlyFinder",
    "analytics.finders.WorldFinder",
    "videos.finders.SwaggerFinder",
]
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "strict-origin-when-cross-origin"

API_PER_TOKEN_PER_MINUTE = environment.integer("API_PER_TOKEN_PER_MINUTE", 600, at_least=1)
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["videos.api.auth.TokenAuthentication"],
    "DEFAULT_PERMISSION_CLASSES": ["videos.api.auth.HasScope"],
    "DEFAULT_THROTTLE_CLASSES": ["videos.api.throttles.TokenThrottle"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "EXCEPTION_HANDLER": "videos.api.problems.problem_handler",
    "UNAUTHENTICATED_USER": None,
}

UNFOLD = {
    "SITE_TITLE": "Viewprint",
    "SITE_HEADER": "Viewprint",
    "SITE_SUBHEADER": "videos.admin.navigation.subheader",
    "SITE_DROPDOWN": "videos.admin.navigation.workspaces",
    "SITE_SYMBOL": "play_circle",
    "SITE_URL": None,
    "SHOW_HISTORY": True,
    "SHOW_VIEW_ON_SITE": True,
    "SIDEBAR": {"navigation": "videos.admin.navigation.sidebar"},
    "STYLES": ["videos.admin.navigation.stylesheet"],
    "SITE_FAVICONS": [{"rel": "icon", "type": "image/svg+xml", "href": "videos.admin.navigation.favicon"}],
    # The accent of static/css/dashboard/base.css and analytics/charts/look.py.
    "COLORS": {
        "primary": {
            "50": "#eff4ff",
            "100": "#dfe8fd",
            "200": "#c5d5fb",
            "300": "#9db7f8",
            "400": "#85a8ff",
            "500": "#5b86f5",
            "600": "#2459d3",
            "700": "#1d47ab",
            "800": "#1b3d8b",
            "900": "#1a356f",
            "950": "#122248",
        }
    },
}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "loggers": {
        # The access log has the statuses; these would add the paths, and with them keys and names.
        "django.request": {"level": "ERROR"},
        # What they say of every start, task and stop is said once by `viewprint` and `celery.app.trace`.
        "uvicorn.error": {"level": "WARNING"},
        "celery.beat": {"level": "WARNING"},
        "celery.worker": {"level": "WARNING"},
    },
    "root": {"handlers": ["stderr"], "level": environment.log_level("LOG_LEVEL", "INFO")},
}
