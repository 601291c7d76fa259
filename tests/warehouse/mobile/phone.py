"""The phone's requests, without a browser."""

import json
from typing import Any
from uuid import uuid4

from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from tests.factories.warehouse import Floor


def signed_in(user: Any) -> Client:
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def body(floor: Floor, station: str, code: str, **context: object) -> dict[str, Any]:
    return {
        "idem_key": str(uuid4()),
        "context": {"station": station, "warehouse": floor.warehouse.pk, **context},
        "code": code,
        "at": "2026-11-11T02:00:00Z",
    }


def post(client: Client, data: object) -> HttpResponse:
    content = data if isinstance(data, bytes) else json.dumps(data)
    url = reverse("warehouse:api_scan")
    return as_response(client.post(url, content, content_type="application/json"))


def as_response(response: Any) -> HttpResponse:
    """Give the test client's answer the type that it has in life."""
    assert isinstance(response, HttpResponse)
    return response


def told(response: HttpResponse) -> dict[str, Any]:
    answer: dict[str, Any] = json.loads(response.content)
    return answer
