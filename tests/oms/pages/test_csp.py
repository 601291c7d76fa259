"""Only the admin's own pages may evaluate script."""

import pytest
from django.test import Client
from pytest_django import Settings

HEADER = "Content-Security-Policy"

pytestmark = pytest.mark.django_db


def test_pages_of_ours_load_nothing_foreign_and_run_nothing_inline(
    client: Client, settings: Settings
) -> None:
    settings.DEMO = True
    policy = client.get("/").headers[HEADER]
    assert "default-src 'self'" in policy
    assert "unsafe-eval" not in policy.replace("wasm-unsafe-eval", "")
    assert "unsafe-inline" not in policy


def test_admin_pages_get_what_their_theme_needs(client: Client) -> None:
    policy = client.get("/admin/login/").headers[HEADER]
    assert "'unsafe-eval'" in policy
    assert "frame-ancestors 'none'" in policy
