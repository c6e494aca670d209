"""Settings. What differs between machines comes from UNKNOT_* variables, never from an edit."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

from csp.constants import NONE, SELF

from unknot.clinic.secret import data_folder, secret_key

HERE = Path(__file__).parent
BODY = HERE.parent / "atlas/data/body"

DEBUG = os.environ.get("UNKNOT_DEBUG") == "1"
SECRET_KEY = secret_key()
ALLOWED_HOSTS = ["localhost", "127.0.0.1", "[::1]", *os.environ.get("UNKNOT_HOSTS", "").split()]

INSTALLED_APPS = ["django.contrib.staticfiles", "csp", "unknot.clinic.intake"]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "unknot.clinic.middleware.BodyLimit",
    "django.middleware.gzip.GZipMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]
ROOT_URLCONF = "unknot.clinic.urls"
WSGI_APPLICATION = "unknot.clinic.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [HERE / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {"context_processors": ["django.template.context_processors.request"]},
    }
]
# Nothing is stored yet: no table exists and the file is not made before the first one does.
DATABASES = {
    "default": {"ENGINE": "django.db.backends.sqlite3", "NAME": data_folder() / "unknot.sqlite3"}
}
USE_TZ = True
TIME_ZONE = "UTC"
LANGUAGE_CODE = "en-gb"

# --- one case is a few kB; the largest drawing allowed fits well inside
MAX_BODY_BYTES = 256 * 1024
DATA_UPLOAD_MAX_MEMORY_SIZE = MAX_BODY_BYTES
DATA_UPLOAD_MAX_NUMBER_FIELDS = 800
FILE_UPLOAD_HANDLERS: list[str] = []

# --- static files, straight from the package; the digest in their address lets them be kept
STATICFILES_DIRS = [("body", BODY)]
STATICFILES_FINDERS = [
    "unknot.clinic.finders.Pictures",
    "django.contrib.staticfiles.finders.AppDirectoriesFinder",
]
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = DEBUG
WHITENOISE_ALLOW_ALL_ORIGINS = False


def _static_digest() -> str:
    digest = hashlib.sha256()
    for folder in (BODY, HERE / "intake/static"):
        for path in sorted(folder.rglob("*")):
            if path.is_file():
                digest.update(path.relative_to(folder).as_posix().encode() + path.read_bytes())
    return digest.hexdigest()[:12]


STATIC_URL = "/static/dev/" if DEBUG else f"/static/{_static_digest()}/"


def WHITENOISE_IMMUTABLE_FILE_TEST(path: str, url: str) -> bool:
    return not DEBUG


# --- who may do what to the page
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "connect-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
    }
}
X_FRAME_OPTIONS = "DENY"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Strict"
CSRF_COOKIE_AGE = None
CSRF_COOKIE_SECURE = os.environ.get("UNKNOT_HTTPS") == "1"
CSRF_FAILURE_VIEW = "unknot.clinic.intake.errors.csrf_failed"
SECURE_PROXY_SSL_HEADER = (
    ("HTTP_X_FORWARDED_PROTO", "https") if os.environ.get("UNKNOT_HTTPS") == "1" else None
)

# What people enter is never written to a log: only the path and the status are.
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{levelname} {name} {message}", "style": "{"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
}
