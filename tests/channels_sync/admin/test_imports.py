"""The pages of an import, from the upload to the result."""

from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.test import Client
from django.urls import reverse

from channels_sync.models import ImportMapping
from channels_sync.services.imports import running
from oms.models import Job, Order
from tests.channels_sync.admin.conftest import Desk
from tests.factories.channels_sync import PHONE, csv_file, row
from tests.factories.oms import NOW

pytestmark = pytest.mark.django_db
START = "admin:channels_sync_importmapping_changelist"


def step(name: str, job_id: int) -> str:
    return reverse(f"admin:channels_sync_import_{name}", args=[job_id])


def upload(client: Client, desk: Desk, data: bytes) -> int:
    file = ContentFile(data, "shop.csv")
    answer = client.post(reverse(START), {"store": desk.store.pk, "file": file})
    assert answer.status_code == 302
    job = Job.objects.order_by("-pk")[0]
    assert answer["Location"] == step("columns", job.pk)
    return job.pk


FILE = (
    "订单号,货号,数量,单价,下单时间,收货人手机,备注栏\n"
    f"T1,MUG,1,2.50,13/10/2026 09:00,{PHONE},放门口\n"
    "T2,MUG,0,2.50,13/10/2026 09:00,,\n"
).encode()


def form_data(page: Any, **changes: str) -> dict[str, str]:
    """Return what the form would send as it stands, with some fields changed."""
    form = page.context["form"]
    data = {}
    for name in form.fields:
        value = form[name].value()
        if value not in (None, False):
            data[name] = "on" if value is True else str(value)
    return data | changes


def test_from_upload_to_result(desk: Desk, clerk: Client) -> None:
    uploaded = upload(clerk, desk, FILE)
    page = clerk.get(step("columns", uploaded))
    chosen = {column.name: column.field.value() for column in page.context["form"].columns()}
    assert chosen["订单号"] == "order_no"
    assert chosen["备注栏"] == ""
    assert page.context["form"]["date_format"].value() == "%d/%m/%Y %H:%M"
    assert [example.number for example in page.context["examples"]] == ["T1", "T2"]
    answer = clerk.post(
        step("columns", uploaded),
        form_data(page, name="weekly", create_skus="on", start="1"),
    )
    trial = Job.objects.order_by("-pk")[0]
    assert answer["Location"] == step("job", trial.pk)
    assert trial.params["dry_run"] is True
    running.run_slice(trial.pk, now=NOW)
    before = Order.objects.count()
    clerk.post(step("start", trial.pk))
    real = Job.objects.order_by("-pk")[0]
    assert real.params["dry_run"] is False
    running.run_slice(real.pk, now=NOW)
    assert Order.objects.count() == before + 1
    result = clerk.get(step("job", real.pk))
    assert result.context["holds"] is True
    assert [fault.channel_order_no for fault in result.context["faults"]] == ["T2"]
    assert ImportMapping.objects.filter(name="weekly", store=desk.store).exists()


def test_mapping_is_remembered_for_the_next_file(desk: Desk, clerk: Client) -> None:
    first = upload(clerk, desk, FILE)
    page = clerk.get(step("columns", first))
    clerk.post(
        step("columns", first),
        form_data(page, name="weekly", column_6="buyer_memo", start="1"),
    )
    again = clerk.get(step("columns", upload(clerk, desk, FILE)))
    assert again.context["form"]["name"].value() == "weekly"
    assert again.context["form"]["column_6"].value() == "buyer_memo"


@pytest.mark.parametrize(
    "changes",
    [
        {"column_0": ""},
        {"column_1": "order_no"},
        {"timezone": "Nowhere/At_All"},
        {"currency": "yu"},
        {"name": ""},
        {"column_0": "shoe_size"},
    ],
)
def test_unusable_form_says_so_and_starts_nothing(
    desk: Desk, clerk: Client, changes: dict[str, str]
) -> None:
    uploaded = upload(clerk, desk, FILE)
    page = clerk.get(step("columns", uploaded))
    before = Job.objects.count()
    answer = clerk.post(step("columns", uploaded), form_data(page, start="1", **changes))
    assert answer.status_code == 200
    assert answer.context["form"].errors
    assert Job.objects.count() == before


def test_looking_again_starts_nothing(desk: Desk, clerk: Client) -> None:
    uploaded = upload(clerk, desk, FILE)
    page = clerk.get(step("columns", uploaded))
    before = Job.objects.count()
    data = form_data(page, date_format="%m/%d/%Y %H:%M", look="1")
    answer = clerk.post(step("columns", uploaded), data)
    assert all(example.trouble for example in answer.context["examples"])
    assert Job.objects.count() == before


def test_examples_show_columns_and_hide_people(desk: Desk, clerk: Client) -> None:
    text = clerk.get(step("columns", upload(clerk, desk, FILE))).content.decode()
    assert "MUG" in text
    assert PHONE not in text
    assert "放门口" not in text


@pytest.mark.parametrize("data", [b"", b"PK\x03\x04", b"\xff\xff,"])
def test_upload_that_is_no_table_is_told_on_the_page(
    desk: Desk, clerk: Client, data: bytes
) -> None:
    before = Job.objects.count()
    file = ContentFile(data, "shop.csv")
    answer = clerk.post(reverse(START), {"store": desk.store.pk, "file": file})
    assert answer.status_code == 200
    assert answer.context["form"].errors["file"]
    assert Job.objects.count() == before


def test_progress_tells_when_it_is_over(desk: Desk, clerk: Client) -> None:
    assert clerk.get(step("progress", desk.trial.pk))["X-Import-Over"] == "1"
    clerk.post(step("start", desk.trial.pk))
    waiting = Job.objects.order_by("-pk")[0]
    answer = clerk.get(step("progress", waiting.pk))
    assert answer["X-Import-Over"] == "0"
    assert "<html" not in answer.content.decode()


def test_running_import_can_be_stopped(desk: Desk, clerk: Client) -> None:
    clerk.post(step("start", desk.trial.pk))
    waiting = Job.objects.order_by("-pk")[0]
    clerk.post(step("stop", waiting.pk))
    waiting.refresh_from_db()
    assert waiting.state == "cancelled"


def test_looking_at_start_and_stop_does_neither(desk: Desk, clerk: Client) -> None:
    clerk.post(step("start", desk.trial.pk))
    waiting = Job.objects.order_by("-pk")[0]
    count = Job.objects.count()
    for name in ("start", "stop"):
        assert clerk.get(step(name, waiting.pk)).status_code == 302
    waiting.refresh_from_db()
    assert (waiting.state, Job.objects.count()) == ("waiting", count)


def test_download_is_a_csv_that_no_cache_keeps(desk: Desk, clerk: Client) -> None:
    answer: Any = clerk.get(step("faulty", desk.trial.pk))
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    assert "no-store" in answer["Cache-Control"]
    assert b"F-2" in b"".join(answer.streaming_content)


def test_pages_of_a_thrown_away_file_lead_back_with_a_reason(desk: Desk, clerk: Client) -> None:
    Job.objects.filter(pk__in=[desk.upload.pk, desk.trial.pk]).update(input_file="")
    assert clerk.get(step("job", desk.trial.pk)).status_code == 200
    for address in (step("columns", desk.upload.pk), step("faulty", desk.trial.pk)):
        assert clerk.get(address).status_code == 302


def test_upload_has_no_result(desk: Desk, clerk: Client) -> None:
    assert clerk.get(step("job", desk.upload.pk)).status_code == 404


def test_file_of_many_faults_is_shown_in_pages(desk: Desk, clerk: Client) -> None:
    data = csv_file(*[row(f"F-{number}", quantity=0) for number in range(60)])
    uploaded = upload(clerk, desk, data.read())
    page = clerk.get(step("columns", uploaded))
    clerk.post(step("columns", uploaded), form_data(page, start="1"))
    trial = Job.objects.order_by("-pk")[0]
    running.run_slice(trial.pk, now=NOW)
    second = clerk.get(step("job", trial.pk), {"page": "2"})
    assert len(second.context["faults"]) == 10
    assert clerk.get(step("job", trial.pk), {"page": "x"}).status_code == 200
