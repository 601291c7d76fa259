"""A store's e-waybill account is set up by choosing what its platform lists."""

from collections.abc import Iterator

import pytest
from django.test import Client
from django.urls import reverse

from oms.models import User
from tests.factories.oms import UserFactory, grant
from tests.factories.warehouse import Floor
from tests.warehouse.services.platform_bench import BRANCH, Desk, account_of, refusal, served
from warehouse.models import CarrierAccount


@pytest.fixture
def desk() -> Iterator[Desk]:
    with served(Desk()) as each:
        yield each


YES = {"confirmed": "yes"}
ADD = "admin:warehouse_carrieraccount_add"


@pytest.fixture
def floor(db: None) -> Floor:
    return Floor()


@pytest.fixture
def boss(floor: Floor) -> Client:
    """Sign in somebody who manages the warehouse and the store."""
    user: User = UserFactory.create(is_staff=True)
    grant(user, "warehouse_manager", floor.warehouse)
    grant(user, "store_manager", floor.store)
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def button(action: str, pk: int) -> str:
    return reverse(f"admin:warehouse_carrieraccount_{action}", args=[pk])


def form(floor: Floor, **changed: object) -> dict[str, object]:
    return {
        **{"name": "面单", "issuer": "platform", "carrier": "zto", "store": floor.store.pk},
        **{"warehouse": floor.warehouse.pk, "priority": 100, "is_active": "on"},
        **changed,
    }


def test_account_needs_no_keys_but_a_store_with_the_service(
    floor: Floor, boss: Client, desk: Desk
) -> None:
    boss.post(reverse(ADD), form(floor))
    assert not CarrierAccount.objects.exists()
    desk.stores.add(floor.store.pk)
    boss.post(reverse(ADD), form(floor, carrier="yto"))
    boss.post(reverse(ADD), form(floor, store=""))
    assert not CarrierAccount.objects.exists()
    boss.post(reverse(ADD), form(floor))
    account = CarrierAccount.objects.get()
    assert (account.issuer, account.carrier) == ("platform", "zto")
    page = boss.get(button("change", account.pk)).content.decode()
    assert "credential_checkword" not in page
    assert "credential_checkword" in boss.get(reverse(ADD)).content.decode()


def test_account_that_changes_its_kind_is_asked_for_keys(
    floor: Floor, boss: Client, desk: Desk
) -> None:
    account = account_of(floor, desk, warehouse=floor.warehouse)
    page = boss.post(button("change", account.pk), form(floor, issuer="carrier", carrier="sf"))
    assert "credential_checkword" in page.content.decode()
    account.refresh_from_db()
    assert account.issuer == "platform"


def test_branch_and_label_are_chosen(floor: Floor, boss: Client, desk: Desk) -> None:
    account = account_of(floor, desk, warehouse=floor.warehouse, branch_code="")
    address = button("choose_branch", account.pk)
    page = boss.get(address)
    assert BRANCH.branch_name in page.content.decode()
    boss.post(address, {**YES, "branch": "nowhere", "template": "x"})
    account.refresh_from_db()
    assert account.branch_code == ""
    chosen = {"branch": f"57101·{BRANCH.street}", "template": "https://example.com/t/1"}
    boss.post(address, {**YES, **chosen})
    account.refresh_from_db()
    assert (account.branch_code, account.template_url) == ("57101", "https://example.com/t/1")
    assert account.branch_place["city"] == "杭州市"


def test_platform_that_refuses_is_quoted(floor: Floor, boss: Client, desk: Desk) -> None:
    account = account_of(floor, desk, warehouse=floor.warehouse)
    desk.trouble = [refusal("没有开通电子面单")]
    page = boss.get(button("choose_branch", account.pk), follow=True)
    assert "没有开通电子面单" in page.content.decode()
