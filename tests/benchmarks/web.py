"""Requests to a view through Django's own entrance, without a network between.

What the network and a server's process cost is the same for the product and for its baseline, and
would only hide the difference.
"""

import json
from io import BytesIO
from typing import Any

from django.core.handlers.wsgi import WSGIHandler
from django.test import Client, override_settings

from oms.models import User

URLS = "tests.benchmarks.urls"
# What `django-admin startproject` gives everybody; the baselines get by with it.
PLAIN = [
    "django.middleware.security.SecurityMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]
_TOKEN = "b" * 32
"""Cookie and header of the form token: equal is all that the middleware asks for."""


class Door:
    """The application as a server calls it; ``plain``: with the middleware of an empty project."""

    def __init__(self, *, plain: bool, user: User | None = None) -> None:
        with override_settings(**({"MIDDLEWARE": PLAIN} if plain else {})):
            self._handler = WSGIHandler()
        cookies = {"csrftoken": _TOKEN} | (_session(user) if user else {})
        self._cookies = "; ".join(f"{name}={value}" for name, value in cookies.items())

    def post(self, path: str, body: bytes, headers: dict[str, str] | None = None) -> dict[str, Any]:
        """Send JSON and return the answer's.

        :raises AssertionError: if it is not answered with 200
        """
        statuses: list[str] = []

        def start(status: str, *_rest: object) -> None:
            statuses.append(status)

        environ = self._environ(path, body) | {
            f"HTTP_{name.upper().replace('-', '_')}": value
            for name, value in (headers or {}).items()
        }
        response = self._handler(environ, start)  # type: ignore[arg-type]
        content = b"".join(response)
        response.close()
        if not statuses[0].startswith("200"):
            raise AssertionError(f"{path}: {statuses[0]} {content.decode()[:300]}")
        answer: dict[str, Any] = json.loads(content)
        return answer

    def _environ(self, path: str, body: bytes) -> dict[str, Any]:
        return {
            "REQUEST_METHOD": "POST",
            "PATH_INFO": path,
            "SCRIPT_NAME": "",
            "QUERY_STRING": "",
            "SERVER_NAME": "localhost",
            "SERVER_PORT": "80",
            "SERVER_PROTOCOL": "HTTP/1.1",
            "REMOTE_ADDR": "127.0.0.1",
            "HTTP_HOST": "localhost",
            "HTTP_COOKIE": self._cookies,
            "HTTP_X_CSRFTOKEN": _TOKEN,
            "CONTENT_TYPE": "application/json",
            "CONTENT_LENGTH": str(len(body)),
            "wsgi.url_scheme": "http",
            "wsgi.input": BytesIO(body),
        }


def _session(user: User) -> dict[str, str]:
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return {name: morsel.value for name, morsel in client.cookies.items()}
