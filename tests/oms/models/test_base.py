import re
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.db import models
from hypothesis import given
from hypothesis import strategies as st

from oms.models import Order, Store
from oms.models.base import new_number
from oms.models.organization import validate_timezone
from tests.factories.oms import OrderFactory, StoreFactory

DAY = date(2026, 11, 22)
LONGEST = 20  # characters of every *_no column


def test_number_tells_kind_and_day() -> None:
    assert re.fullmatch(r"SO261122-[0-9A-Z]{8}", new_number("SO", DAY))


@given(day=st.dates(min_value=date(2000, 1, 1), max_value=date(2099, 12, 31)))
def test_number_fits_its_column_and_has_no_letter_to_mistake(day: date) -> None:
    number = new_number("SO", day)
    assert len(number) <= LONGEST
    assert not set(number.rpartition("-")[2]) & set("ILOU")


def test_numbers_of_a_day_differ() -> None:
    assert len({new_number("SO", DAY) for _ in range(2000)}) == 2000


def test_number_columns_are_all_long_enough() -> None:
    column = Order._meta.get_field("order_no")
    assert isinstance(column, models.CharField)
    assert column.max_length == LONGEST


@pytest.mark.django_db
def test_money_keeps_its_cents(now: datetime) -> None:
    order = OrderFactory.create(lines__unit_price=Decimal("999999999.99"))
    order.refresh_from_db()
    assert str(order.goods_amount) == "999999999.99"
    assert order.status_at == now
    assert order.status_at.tzinfo is UTC


@pytest.mark.django_db
@pytest.mark.parametrize("code", ["cny", "CN", "C1Y", "人民币", ""])
def test_currency_is_three_capital_letters(code: str) -> None:
    store = StoreFactory.create(currency=code)
    with pytest.raises(ValidationError) as refused:
        store.full_clean()
    assert set(refused.value.message_dict) == {"currency"}


@pytest.mark.django_db
def test_unknown_time_zone_is_refused() -> None:
    store: Store = StoreFactory.create(timezone="Asia/Peking")
    with pytest.raises(ValidationError) as refused:
        store.full_clean()
    assert set(refused.value.message_dict) == {"timezone"}
    validate_timezone("Asia/Shanghai")
