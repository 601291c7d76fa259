"""The page of the signs of trouble, by the rights of whoever looks."""

import re

import pytest
from django.test import Client
from django.urls import reverse

from tests.factories.oms import StoreFactory, UserFactory, grant

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("role", ["customer_service", "store_manager"])
def test_every_door_of_the_page_opens(client: Client, role: str) -> None:
    person = UserFactory.create(is_staff=True)
    grant(person, role, StoreFactory.create())
    client.force_login(person)
    html = client.get(reverse("admin:channel_health")).content.decode()
    doors = re.findall(r'class="oms-link" href="([^"]+)"', html)
    assert doors
    assert [door for door in doors if client.get(door).status_code != 200] == []
