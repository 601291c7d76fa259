import io
import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import translation
from openpyxl import load_workbook  # type: ignore[import-untyped]

from oms.admin.confirm import FIELD
from oms.models import Job, Listing, Sku, User
from oms.scheduling import single_flight
from tests.factories.incoming import Shop
from tests.factories.oms import SkuFactory
from tests.oms.admin.world import World, signed_in

CSV = "货号,品名,重量\nA,苹果,100\nB,<script>alert(1)</script>,-1\n"


def upload(client: Client, kind: str, text: str | bytes, **more: object) -> str:
    """Upload a file; return where that leads to."""
    content = text.encode() if isinstance(text, str) else text
    data = {"file": SimpleUploadedFile("list.csv", content), **more}
    response = client.post(reverse("admin:sheet_upload", args=[kind]), data)
    return response.headers.get("Location", response.content.decode())


def lists_shown(user: User) -> set[str]:
    page = signed_in(user).get(reverse("admin:sheets"))
    if page.status_code != 200:
        return set()
    return {step.url.rstrip("/").rsplit("/", 1)[-1] for step in page.context["steps"]}


def test_blank_is_filled_in_looked_at_and_imported(world: World) -> None:
    client = signed_in(world.root)
    trial_url = upload(client, "skus", CSV)
    trial = client.get(trial_url).content.decode()
    assert not Sku.objects.exists()
    assert "&lt;script&gt;" in trial
    assert "<script>alert" not in trial
    assert 'action="import/"' in trial
    import_url = client.post(f"{trial_url}import/").headers["Location"]
    assert Sku.objects.get().code == "A"
    done = client.get(import_url)
    assert {section.key: section.count for section in done.context["sections"]} == {
        "faulty": 1,
        "changed": 0,
        "new": 1,
        "unchanged": 0,
    }
    assert client.post(f"{trial_url}import/").headers["Location"] == import_url
    assert import_url in client.get(trial_url).content.decode()


def test_faulty_rows_are_downloaded(world: World) -> None:
    client = signed_in(world.root)
    trial_url = upload(client, "skus", CSV)
    response = client.get(f"{trial_url}faulty/")
    content = b"".join(response)
    [_head, row] = load_workbook(io.BytesIO(content)).worksheets[0].iter_rows(values_only=True)
    assert row[2:] == ("B", "<script>alert(1)</script>", "-1")
    assert "attachment" in response.headers["Content-Disposition"]


def test_blank_is_downloaded(world: World) -> None:
    response = signed_in(world.root).get(reverse("admin:sheet_blank", args=["opening_stock"]))
    assert load_workbook(io.BytesIO(response.content)).worksheets[0]["A1"].value == "库位编码*"


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        ("品名\nx\n", "SKU code"),
        ("sku,colour\nx,y\n", "colour"),
        (b"\xd0\xcf\x11\xe0old", ".xlsx"),
        (b"PK\x03\x04broken", ".xlsx"),
        (b"\n", "empty"),
        (b"", "empty"),
    ],
)
def test_what_is_wrong_with_a_file_is_said_beside_the_field(
    world: World, content: str | bytes, complaint: str
) -> None:
    client = signed_in(world.root)
    with translation.override("en"):
        client.cookies["django_language"] = "en"
        page = upload(client, "skus", content)
    assert complaint in page
    assert not Job.objects.exists()


def test_file_without_rows_says_so_on_its_page(world: World) -> None:
    client = signed_in(world.root)
    page = client.get(upload(client, "skus", "sku,name\n"))
    assert page.context["job"].state == Job.State.FAILED
    assert 'action="import/"' not in page.content.decode()


def test_each_sees_the_lists_that_they_may_import(world: World) -> None:
    goods = {"skus", "barcodes", "bundles"}
    assert lists_shown(world.root) == goods | {"listings", "bins", "opening_stock"}
    assert lists_shown(world.person("store_manager")) == goods | {"listings"}
    assert lists_shown(world.person("warehouse_manager")) == {"bins", "opening_stock"}
    assert lists_shown(world.person("customer_service")) == set()


def test_menu_leads_to_the_lists_only_those_who_may(world: World) -> None:
    url = reverse("admin:sheets")
    for role, shown in (("store_manager", True), ("finance", False)):
        page = signed_in(world.person(role)).get(reverse("admin:index")).content.decode()
        assert (f'href="{url}"' in page) is shown


def test_person_without_the_right_finds_no_page(world: World) -> None:
    job_url = upload(signed_in(world.root), "skus", CSV)
    client = signed_in(world.person("customer_service"))
    for kind in ("skus", "bins", "dreams"):
        assert client.get(reverse("admin:sheet_upload", args=[kind])).status_code == 404
        assert client.get(reverse("admin:sheet_blank", args=[kind])).status_code == 404
    for url in (job_url, f"{job_url}faulty/"):
        assert client.get(url).status_code == 404
    for url in (f"{job_url}import/", f"{job_url}stop/"):
        assert client.post(url).status_code == 404
    assert not Sku.objects.exists()


def test_listings_of_a_foreign_store_cannot_be_chosen(world: World) -> None:
    SkuFactory.create(code="A")
    client = signed_in(world.person("store_manager"))
    text = "product id,sku\n1,A\n"
    upload(client, "listings", text, place=world.other_store.pk)
    upload(client, "listings", text)
    assert not Job.objects.exists()
    url = upload(client, "listings", text, place=world.store.pk)
    client.post(f"{url}import/")
    assert Listing.objects.get().store == world.store
    assert signed_in(world.stranger()).get(url).status_code == 404


def test_long_import_is_watched_and_stopped(world: World) -> None:
    client = signed_in(world.root)
    with single_flight("oms.sheets:skus"):
        url = upload(client, "skus", CSV)
    assert 'http-equiv="refresh"' in client.get(url).content.decode()
    assert client.post(f"{url}import/").headers["Location"] == url
    client.post(f"{url}stop/")
    page = client.get(url)
    assert page.context["job"].state == Job.State.CANCELLED
    assert 'http-equiv="refresh"' not in page.content.decode()
    assert client.post(f"{url}stop/").headers["Location"] == url


def test_nothing_starts_by_a_link(world: World) -> None:
    client = signed_in(world.root)
    url = upload(client, "skus", CSV)
    assert client.get(f"{url}import/").status_code == 405
    assert client.get(f"{url}stop/").status_code == 405


def test_changed_listings_are_looked_at_and_taken_back_from_the_page(world: World) -> None:
    shop = Shop()
    order = shop.take_in()
    code = SkuFactory.create(code="B").code
    client = signed_in(world.root)
    rows = f"平台商品ID,对应SKU或套装编码\nP1,{code}\n"
    trial_url = upload(client, "listings", rows, place=shop.store.pk)
    trial = client.get(trial_url)
    assert [re.findall(r"\d", text) for text in trial.context["effects"]] == [["1", "0"]]
    assert trial.context["undo_url"] == ""
    done = client.get(client.post(f"{trial_url}import/").headers["Location"])
    client.post(done.context["undo_url"], {FIELD: "yes"})
    assert shop.listing().sku == order.items.get().sku
    again = client.get(reverse("admin:sheet_job", args=[done.context["job"].pk]))
    assert again.context["undo_url"] == ""
