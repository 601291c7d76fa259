"""All settings, driven by the environment. Every variable is described in docs/settings.md."""

from datetime import timedelta
from pathlib import Path

import environ
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

from oms.admin import theme
from oms.privacy.cipher import parse_keys

BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.Env()

DATA_DIR = env.path("OMS_DATA_DIR", default=str(BASE_DIR / "var"))
DATA_DIR = Path(str(DATA_DIR))
DATA_DIR.mkdir(parents=True, exist_ok=True)

# Demo mode offers one-click sign-in and simulators. `manage.py check --deploy` refuses it.
DEMO = env.bool("OMS_DEMO", default=False)
DEBUG = env.bool("OMS_DEBUG", default=False)
# Where the simulated platforms of the demo listen.
SIMULATED_SHOPS = env.str("OMS_SIMULATED_SHOPS", default="http://127.0.0.1:9101")
SIMULATED_CARRIERS = env.str("OMS_SIMULATED_CARRIERS", default="http://127.0.0.1:9102")

SECRET_KEY = env.str("OMS_SECRET_KEY", default="")
if not SECRET_KEY:
    raise ImproperlyConfigured("Set OMS_SECRET_KEY (docs/settings.md tells how to make one).")

# Keys of personal data: {version: 32 bytes}. The highest version encrypts, all of them decrypt.
OMS_FIELD_KEYS = parse_keys(env.str("OMS_FIELD_KEYS", default=""))
OMS_INDEX_KEYS = parse_keys(env.str("OMS_INDEX_KEYS", default=""))

ALLOWED_HOSTS = env.list("OMS_ALLOWED_HOSTS", default=["localhost", "127.0.0.1", "[::1]"])
CSRF_TRUSTED_ORIGINS = env.list("OMS_TRUSTED_ORIGINS", default=[])
BASE_URL = env.str("OMS_BASE_URL", default="http://127.0.0.1:8000")

INSTALLED_APPS = [
    "unfold.apps.BasicAppConfig",
    "unfold.contrib.filters",
    "oms.apps.OmsAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "guardian",
    "auditlog",
    "django_q",
    "axes",
    "oms.apps.OmsConfig",
    "channels_sync.apps.ChannelsSyncConfig",
    "warehouse.apps.WarehouseConfig",
    "aftersales.apps.AftersalesConfig",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "oms.pages.csp.PolicyMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "oms.audit.middleware.AuditMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "oms.urls"
WSGI_APPLICATION = "oms.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.debug",
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    },
]

# --- database: SQLite to start at once, PostgreSQL as the reference ------------------------------
DATABASES = {"default": env.db_url("DATABASE_URL", default=f"sqlite:///{DATA_DIR}/oms.sqlite3")}
_database = DATABASES["default"]
_database["CONN_MAX_AGE"] = 60
_database["CONN_HEALTH_CHECKS"] = True
# A read-only page must not take SQLite's write lock: services open their own transactions.
_database["ATOMIC_REQUESTS"] = False
if _database["ENGINE"].endswith("sqlite3"):
    _database["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": (
            "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;"
            "PRAGMA cache_size=-65536; PRAGMA temp_store=MEMORY;"
        ),
    }
elif not _database.get("DISABLE_SERVER_SIDE_CURSORS"):
    # Statements that the server binds are planned once. A pooler that hands out a connection per
    # transaction loses such plans, as it loses cursors: one switch says so for both.
    _database.setdefault("OPTIONS", {}).setdefault("prepare_threshold", 5)
    # Compiling a query costs more than running any of ours; the planner thinks otherwise where a
    # count has many conditions.
    _database["OPTIONS"].setdefault("options", "-c jit=off")
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.filebased.FileBasedCache",
        "LOCATION": DATA_DIR / "cache",
    }
}

# --- people and rights ------------------------------------------------------------------------
AUTH_USER_MODEL = "oms.User"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesBackend",
    "django.contrib.auth.backends.ModelBackend",
    "guardian.backends.ObjectPermissionBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
] + [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 10},
    }
]
GUARDIAN_MONKEY_PATCH_USER = False
ANONYMOUS_USER_NAME = None
LOGIN_URL = "admin:login"
LOGIN_REDIRECT_URL = "admin:index"

# One bad typist must not lock out a warehouse behind one address.
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_FAILURE_LIMIT = 8
AXES_COOLOFF_TIME = timedelta(minutes=15)
AXES_RESET_ON_SUCCESS = True
AXES_VERBOSE = False

SESSION_COOKIE_AGE = 12 * 3600
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
HTTPS = env.bool("OMS_HTTPS", default=not (DEBUG or DEMO))
SESSION_COOKIE_SECURE = HTTPS
CSRF_COOKIE_SECURE = HTTPS
SECURE_SSL_REDIRECT = HTTPS
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = HTTPS
SECURE_HSTS_PRELOAD = HTTPS
# What a person enters as a shop's address is called from inside our network.
ALLOW_PRIVATE_ADDRESSES = env.bool("OMS_ALLOW_PRIVATE_ADDRESSES", default=DEBUG or DEMO)
# Only behind a proxy of ours is a forwarded address believed.
TRUST_PROXY = env.bool("OMS_TRUST_PROXY", default=False)
if TRUST_PROXY:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

# What a page may load: only our own files. The admin theme evaluates expressions, so its pages
# (and only those) get the looser policy; scanning pages may compile their bundled WebAssembly.
_SELF = "'self'"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [_SELF],
        "script-src": [_SELF, "'wasm-unsafe-eval'"],
        "img-src": [_SELF, "data:", "blob:"],
        "media-src": [_SELF, "blob:"],
        "worker-src": [_SELF],
        "object-src": ["'none'"],
        "base-uri": [_SELF],
        "form-action": [_SELF],
        "frame-ancestors": ["'none'"],
    }
}
ADMIN_PATH = "admin/"
ADMIN_CSP_UPDATE = {
    "script-src": ["'unsafe-eval'", "'unsafe-inline'"],
    "style-src": [_SELF, "'unsafe-inline'"],
}

# --- who changed what --------------------------------------------------------------------------
# Its own table is never used; left there, its foreign keys would stop a flush of ours.
MIGRATION_MODULES = {"auditlog": None}
AUDITLOG_LOGENTRY_MODEL = "oms.AuditEntry"
AUDITLOG_CID_HEADER = "X-Correlation-Id"
AUDITLOG_STORE_JSON_CHANGES = True
AUDITLOG_DISABLE_ON_RAW_SAVE = True
AUDITLOG_MASK_CALLABLE = "oms.privacy.mask.mask_any"

# --- background work ---------------------------------------------------------------------------
# retry counts from dequeue and the pusher prefetches, so it stays far above the timeout;
# max_attempts 0 (the default) would repeat a failing task for ever.
Q_CLUSTER = {
    "name": "oms",
    "orm": "default",
    "workers": 2,
    "queue_limit": 2,
    "bulk": 1,
    "timeout": 120,
    "retry": 600,
    "max_attempts": 3,
    "catch_up": False,
    "save_limit": 250,
    "recycle": 200,
    "poll": 0.5,
    "guard_cycle": 1,
    "label": _("background tasks"),
}
TASK_TIMEOUT = timedelta(seconds=120)

# --- messages to buyers: printed until a mail server is named ------------------------------------
EMAIL_CONFIG = env.email_url("OMS_EMAIL_URL", default="consolemail://")
vars().update(EMAIL_CONFIG)
# Without it a mail server that does not answer holds a worker for ever.
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = env.str("OMS_EMAIL_FROM", default="orders@localhost")

# --- merging: defaults, each store may set its own ---------------------------------------------
MERGE_SCAN_MINUTES = max(1, env.int("OMS_MERGE_SCAN_MINUTES", default=5))
MERGE_LOOK_BACK_MINUTES = env.int("OMS_MERGE_LOOK_BACK_MINUTES", default=30)
TERM_REMINDER_HOURS = env.int("OMS_TERM_REMINDER_HOURS", default=4)
MERGE_WAIT_MINUTES = env.int("OMS_MERGE_WAIT_MINUTES", default=10)

# --- the look of the back office: oms/admin/theme.py ---------------------------------------------
UNFOLD = theme.UNFOLD

# --- language and time -------------------------------------------------------------------------
LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "简体中文"), ("en", "English")]
LOCALE_PATHS = [BASE_DIR / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Asia/Shanghai"

# --- files -------------------------------------------------------------------------------------
STATIC_URL = "static/"
STATIC_ROOT = DATA_DIR / "staticfiles"
STATICFILES_DIRS = [BASE_DIR / "static"]
MEDIA_ROOT = DATA_DIR / "media"
MEDIA_URL = "media/"
_manifest = "whitenoise.storage.CompressedManifestStaticFilesStorage"
_plain = "django.contrib.staticfiles.storage.StaticFilesStorage"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": _plain if DEBUG or DEMO else _manifest},
}
WHITENOISE_USE_FINDERS = DEBUG or DEMO
# How long a file that somebody uploaded is kept after its import or its trial has ended.
KEEP_FILES = timedelta(days=max(1, env.int("OMS_KEEP_FILES_DAYS", default=7)))
DATA_UPLOAD_MAX_MEMORY_SIZE = 10 * 1024 * 1024

# --- logs: what could name a person is masked before it is written ------------------------------
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"mask_personal": {"()": "oms.privacy.filters.MaskPersonalData"}},
    "formatters": {
        "line": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"},
    },
    "handlers": {
        "console": {
            "class": "logging.StreamHandler",
            "filters": ["mask_personal"],
            "formatter": "line",
        },
    },
    "root": {"handlers": ["console"], "level": env.str("OMS_LOG_LEVEL", default="INFO")},
}
