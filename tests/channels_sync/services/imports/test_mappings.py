"""A file is looked at, its columns are guessed, and what was chosen is remembered."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile

from channels_sync.dto import ImportOptions
from channels_sync.models import ImportMapping
from channels_sync.services.imports import jobs, mappings
from channels_sync.services.imports.mappings import Glance
from oms.access.checks import NotAllowed
from oms.models import User
from tests.factories.channels_sync import HEADER, csv_file, options_json, row
from tests.factories.oms import NOW, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def look(mapping: ImportMapping, clerk: User) -> Any:
    """Give a function that uploads rows and returns the head of the file."""

    def glance(*rows: list[str], data: bytes = b"") -> Glance:
        file = ContentFile(data, "x.csv") if data else csv_file(*rows)
        return mappings.glance(jobs.upload(mapping.store_id, file=file, actor=clerk, now=NOW))

    return glance


def test_head_of_a_file_is_its_columns_and_first_rows(look: Any) -> None:
    seen = look(row("F-1"), row("F-2"))
    assert seen.header == tuple(HEADER)
    assert [each.number for each in seen.rows] == [2, 3]


def test_only_the_head_is_read(look: Any) -> None:
    assert len(look(*[row()] * 1000).rows) == 300


def test_guess_is_complete_for_a_usual_file(look: Any, mapping: ImportMapping) -> None:
    text = "订单号,商品编码,数量,单价,下单时间\nT1,A,1,2.5,13/11/2026 09:00\n"
    guessed = mappings.guess(mapping.store, seen=look(data=text.encode("gb18030")))
    assert guessed["date_format"] == "%d/%m/%Y %H:%M"
    assert (guessed["timezone"], guessed["currency"]) == ("Asia/Shanghai", "CNY")
    assert ImportOptions.from_json(guessed)


def test_examples_show_what_an_import_would_make_of_the_first_orders(look: Any) -> None:
    options = ImportOptions.from_json(options_json(cancellation_prefix="C"))
    seen = look(row("F-1"), row("F-1"), row("C-1", quantity=-1), row("F-2", price="x"), bad())
    first, back, unreadable, faulty = mappings.examples(seen, options=options, now=NOW)
    assert (first.number, first.lines, first.amount, first.trouble) == ("F-1", 2, "CNY 50.00", "")
    assert (back.is_cancellation, back.amount) == (True, "CNY -12.50")
    assert "Price" in unreadable.trouble
    assert faulty.trouble


def bad() -> list[str]:
    return row("F-3", quantity=-1)


def test_mapping_used_last_that_fits_the_file_is_offered(mapping: ImportMapping) -> None:
    newer = ImportMapping.objects.create(
        store=mapping.store,
        name="newer",
        options=options_json(),
        updated_at=NOW + timedelta(days=400),
    )
    assert mappings.fitting(mapping.store, header=[*HEADER, "more"]) == newer
    assert mappings.fitting(mapping.store, header=HEADER[:3]) is None


def test_remembered_mapping_learns_how_this_file_writes_its_times(
    look: Any, mapping: ImportMapping
) -> None:
    unchanged = mappings.stored_form(mapping, seen=look(row()))
    assert unchanged["date_format"] == ""
    other = mappings.stored_form(mapping, seen=look(row(placed="13/10/2026 09:00")))
    assert other == unchanged | {"date_format": "%d/%m/%Y %H:%M"}


def test_mapping_of_the_same_name_is_changed(mapping: ImportMapping, clerk: User) -> None:
    options = options_json(currency="USD")
    kept = mappings.remember(
        mapping.store_id, name=mapping.name, options=options, actor=clerk, now=NOW
    )
    assert (kept.pk, kept.options["currency"]) == (mapping.pk, "USD")
    assert ImportMapping.objects.count() == 1


def test_unusable_mapping_is_not_kept(mapping: ImportMapping, clerk: User) -> None:
    with pytest.raises(ValidationError):
        mappings.remember(mapping.store_id, name="x", options={}, actor=clerk, now=NOW)
    assert ImportMapping.objects.count() == 1


def test_stranger_keeps_no_mapping(mapping: ImportMapping) -> None:
    with pytest.raises(NotAllowed):
        mappings.remember(
            mapping.store_id,
            name="x",
            options=options_json(),
            actor=UserFactory.create(),
            now=NOW,
        )
