"""Statements in the back office: brought, their columns said, seen, explained, signed."""

import pytest
from django.test import Client
from django.urls import reverse

from channels_sync.models import PayoutFinding, PayoutStatement
from channels_sync.services.payouts import running
from tests.channels_sync.admin.conftest import browser, member
from tests.channels_sync.payouts.conftest import ENDLESS, HEADER, LATER, Finance, line
from tests.factories.oms import StoreFactory
from tests.oms.services.sheets.files import as_csv

pytestmark = pytest.mark.django_db
YES = {"confirmed": "yes"}


@pytest.fixture
def client(finance: Finance) -> Client:
    return browser(finance.person)


def at(name: str, *ids: int) -> str:
    return reverse(f"admin:channels_sync_{name}", args=ids)


def brought(finance: Finance, client: Client, *lines: tuple[str, ...]) -> PayoutStatement:
    told = {"store": finance.store.pk, "file": as_csv([HEADER, *lines])}
    reply = client.post(at("payoutstatement_bring"), told)
    statement = PayoutStatement.objects.get()
    assert reply["Location"] == at("payoutstatement_columns", statement.pk)
    return statement


def posted(page: Client, statement: PayoutStatement, **more: str) -> dict[str, str]:
    """Return what a browser sends of the form as it was filled in."""
    form = page.get(at("payoutstatement_columns", statement.pk)).context["form"]
    told = {name: form.get_initial_for_field(field, name) for name, field in form.fields.items()}
    return {name: str(value) for name, value in told.items() if value} | more


def test_statement_is_brought_said_read_and_shown(finance: Finance, client: Client) -> None:
    finance.order("A1")
    statement = brought(finance, client, line("A1", "99"), line("B2", "oops"))
    address = at("payoutstatement_columns", statement.pk)
    assert "A1" in client.get(address).content.decode()
    reply = client.post(address, posted(client, statement, start="1"))
    assert reply["Location"] == at("payoutstatement_change", statement.pk)
    assert "every 3s" in client.get(reply["Location"]).content.decode()
    running.run_next(now=LATER, seconds=ENDLESS)
    page = client.get(reply["Location"]).content.decode()
    assert "every 3s" not in page
    assert "A1" in page
    assert "¥99.00" in page
    assert "2026-11-05" in page


def test_columns_that_are_not_said_are_asked_for(finance: Finance, client: Client) -> None:
    statement = brought(finance, client, line("A1", "99"))
    told = posted(client, statement, start="1") | {"column_order_no": ""}
    reply = client.post(at("payoutstatement_columns", statement.pk), told)
    assert reply.status_code == 200
    assert not PayoutStatement.objects.get().options


def test_other_platforms_columns_are_found_on_demand(finance: Finance, client: Client) -> None:
    statement = brought(finance, client, line("A1", "99"))
    told = posted(client, statement, guess="1") | {"preset": "shopify"}
    form = client.post(at("payoutstatement_columns", statement.pk), told).context["form"]
    assert form["preset"].value() == "shopify"
    assert form["column_order_no"].value() == ""


def test_file_that_is_no_table_is_told(finance: Finance, client: Client) -> None:
    told = {"store": finance.store.pk, "file": as_csv([])}
    assert client.post(at("payoutstatement_bring"), told).status_code == 200
    assert not PayoutStatement.objects.exists()


def test_same_file_leads_to_what_it_was_before(finance: Finance, client: Client) -> None:
    done = finance.bring(line("A1", "5"))
    told = {"store": finance.store.pk, "file": as_csv([HEADER, line("A1", "5")])}
    reply = client.post(at("payoutstatement_bring"), told)
    assert reply["Location"] == at("payoutstatement_change", done.pk)


def test_differences_are_explained_together_and_the_statement_signed(
    finance: Finance, client: Client
) -> None:
    done = finance.bring(line("X1", "5"), line("X2", "6"))
    client.post(at("payoutstatement_sign_it", done.pk), YES)
    done.refresh_from_db()
    assert done.signed_at is None
    chosen = list(PayoutFinding.objects.values_list("pk", flat=True))
    act = {"action": "explain_many", "_selected_action": chosen}
    assert client.post(at("payoutfinding_changelist"), act).status_code == 200
    client.post(at("payoutfinding_changelist"), act | YES | {"note": "test"})
    assert set(PayoutFinding.objects.values_list("state", "note")) == {("explained", "test")}
    client.post(at("payoutstatement_sign_it", done.pk), YES)
    done.refresh_from_db()
    assert done.signed_by == finance.person


def test_statement_is_discarded_after_a_question(finance: Finance, client: Client) -> None:
    done = finance.bring(line("X1", "5"))
    assert client.get(at("payoutstatement_discard_it", done.pk)).status_code == 200
    assert PayoutStatement.objects.exists()
    reply = client.post(at("payoutstatement_discard_it", done.pk), YES)
    assert reply["Location"] == at("payoutstatement_changelist")
    assert not PayoutStatement.objects.exists()


def test_one_difference_is_explained_on_its_page(finance: Finance, client: Client) -> None:
    finance.bring(line("X1", "5"))
    row = PayoutFinding.objects.get()
    assert client.get(at("payoutfinding_change", row.pk)).status_code == 200
    client.post(at("payoutfinding_explain_it", row.pk), YES | {"note": "gift card"})
    row.refresh_from_db()
    assert (row.state, row.note) == ("explained", "gift card")


def test_statement_is_compared_again(finance: Finance, client: Client) -> None:
    done = finance.bring(line("X1", "5"))
    client.post(at("payoutstatement_compare_again", done.pk), YES)
    done.job.refresh_from_db()
    assert done.job.state == "waiting"


@pytest.mark.parametrize(
    ("name", "start"), [("take_csv", b"\xef\xbb\xbf"), ("take_workbook", b"PK")]
)
def test_differences_are_taken_away(
    finance: Finance, client: Client, name: str, start: bytes
) -> None:
    done = finance.bring(line("X1", "5"))
    reply = client.get(at(f"payoutstatement_{name}", done.pk))
    assert b"".join(reply).startswith(start)
    assert "no-store" in reply["Cache-Control"]


def test_differences_are_found_by_their_cause(finance: Finance, client: Client) -> None:
    finance.order("A1")
    finance.bring(line("A1", "99"), line("X1", "5"))
    page = client.get(at("payoutfinding_changelist") + "?reason=fee_withheld").content.decode()
    assert ("A1" in page, "X1" in page) == (True, False)


def test_lists_are_shown(finance: Finance, client: Client) -> None:
    finance.bring(line("X1", "5"))
    for page in ("payoutstatement_changelist", "payoutfinding_changelist"):
        assert client.get(at(page)).status_code == 200


@pytest.mark.parametrize("role", ["auditor", "store_manager_elsewhere"])
def test_who_only_looks_or_belongs_elsewhere_changes_nothing(finance: Finance, role: str) -> None:
    # No token of a page has this by chance.
    number = "X-THEIRS-ONLY-1"
    done = finance.bring(line(number, "5"))
    place = StoreFactory.create() if role.endswith("elsewhere") else finance.store
    other = browser(member(place, role.removesuffix("_elsewhere")))
    row = PayoutFinding.objects.get()
    seen = number in other.get(at("payoutfinding_changelist")).content.decode()
    assert seen is (role == "auditor")
    other.post(at("payoutfinding_explain_it", row.pk), YES | {"note": "x"})
    other.post(at("payoutstatement_sign_it", done.pk), YES)
    told = {"store": finance.store.pk, "file": as_csv([HEADER, line("A1", "99")])}
    other.post(at("payoutstatement_bring"), told)
    assert other.get(at("payoutstatement_columns", done.pk)).status_code in (302, 403)
    row.refresh_from_db()
    done.refresh_from_db()
    assert (row.state, done.signed_at) == ("open", None)
    assert PayoutStatement.objects.count() == 1


def test_file_without_a_column_known_as_time_is_still_asked_about(
    finance: Finance, client: Client
) -> None:
    header = ("账务流水号", "商户订单号", "何时", "收入金额(+元)", "支出金额(-元)", "业务类型")
    told = {"store": finance.store.pk, "file": as_csv([header, line("A1", "99")])}
    client.post(at("payoutstatement_bring"), told)
    address = at("payoutstatement_columns", PayoutStatement.objects.get().pk)
    assert client.get(address).status_code == 200


@pytest.mark.parametrize(
    ("name", "value"), [("timezone", "Asia/Shangai"), ("date_format", "%Y-%m-%d %Y")]
)
def test_zone_or_format_that_is_none_is_told_and_no_fault(
    finance: Finance, client: Client, name: str, value: str
) -> None:
    statement = brought(finance, client, line("A1", "99"))
    told = posted(client, statement) | {name: value}
    assert client.post(at("payoutstatement_columns", statement.pk), told).status_code == 200
