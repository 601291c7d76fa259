import contextlib
from collections.abc import Iterator

import psycopg
import pytest
from django.db import IntegrityError, OperationalError, connection, transaction
from django.test.utils import CaptureQueriesContext

from oms.models import Channel, Sku
from oms.models.locking import atomic_service, is_conflict, lock_row, lock_rows, share_rows
from tests.factories.oms import SkuFactory


def conflict(cause: Exception) -> OperationalError:
    error = OperationalError(str(cause))
    error.__cause__ = cause
    return error


class Tries:
    """A service that writes, then raises what it was told to, one error for each try."""

    def __init__(self, *errors: Exception) -> None:
        self.errors: Iterator[Exception] = iter(errors)
        self.count = 0

    @atomic_service
    def __call__(self, code: str) -> str:
        self.count += 1
        Channel.objects.create(code=code, name=str(self.count), kind="webhook")
        for error in self.errors:
            raise error
        return code


DEADLOCK = conflict(psycopg.errors.DeadlockDetected())
SERIALIZATION = conflict(psycopg.errors.SerializationFailure())


@pytest.mark.parametrize("error", [DEADLOCK, SERIALIZATION])
def test_conflict_is_worth_a_repeat(error: OperationalError) -> None:
    assert is_conflict(error)


@pytest.mark.parametrize(
    "error",
    [OperationalError("database is locked"), conflict(psycopg.errors.DiskFull())],
)
def test_real_fault_is_no_conflict(error: OperationalError) -> None:
    assert not is_conflict(error)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("errors", [[], [DEADLOCK], [SERIALIZATION, DEADLOCK]])
def test_service_starts_again_and_only_the_last_try_counts(errors: list[Exception]) -> None:
    service = Tries(*errors)
    assert service("a") == "a"
    assert Channel.objects.get().name == str(len(errors) + 1)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("errors", "tries"),
    [
        ([DEADLOCK] * 3, 3),
        ([OperationalError("disk full")], 1),
        ([IntegrityError("twice")], 1),
        ([DEADLOCK, ValueError("wrong")], 2),
    ],
)
def test_what_a_repeat_does_not_solve_is_raised_and_leaves_nothing(
    errors: list[Exception], tries: int
) -> None:
    service = Tries(*errors)
    with pytest.raises(type(errors[-1])) as raised:
        service("a")
    assert raised.value is errors[-1]
    assert service.count == tries
    assert not Channel.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_inner_service_leaves_the_repeat_to_the_outermost() -> None:
    inner = Tries(DEADLOCK)

    @atomic_service
    def outer() -> str:
        Channel.objects.create(code=f"outer-{inner.count}", name="outer", kind="webhook")
        return inner("inner")

    assert outer() == "inner"
    assert inner.count == 2
    assert set(Channel.objects.values_list("code", flat=True)) == {"outer-1", "inner"}


@pytest.mark.django_db(transaction=True)
def test_service_inside_a_transaction_does_not_start_again() -> None:
    service = Tries(DEADLOCK)
    with pytest.raises(OperationalError), transaction.atomic():
        service("a")
    assert service.count == 1
    assert not Channel.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_service_that_committed_is_never_repeated() -> None:
    """What is hooked to its commit may meet a conflict too, but by then it has happened."""
    tries = []

    def clash() -> None:
        raise DEADLOCK

    @atomic_service
    def service() -> None:
        tries.append(1)
        transaction.on_commit(clash)

    with contextlib.suppress(OperationalError):
        service()
    assert len(tries) == 1


@pytest.mark.django_db
def test_rows_come_locked_in_the_order_of_their_ids() -> None:
    skus = SkuFactory.create_batch(3)
    wanted = [skus[2].pk, skus[0].pk, skus[2].pk]
    with CaptureQueriesContext(connection) as queries:
        rows = lock_rows(Sku, wanted)
    assert [row.pk for row in rows] == sorted(set(wanted))
    (query,) = queries.captured_queries
    assert 'ORDER BY "oms_sku"."id" ASC' in query["sql"]
    assert ("FOR UPDATE" in query["sql"]) is (connection.vendor == "postgresql")


@pytest.mark.django_db
def test_row_that_is_not_there_is_missing_or_an_error() -> None:
    sku = SkuFactory.create()
    assert lock_rows(Sku, [sku.pk, sku.pk + 1]) == [sku]
    assert lock_rows(Sku, []) == []
    assert lock_row(Sku, sku.pk) == sku
    with pytest.raises(Sku.DoesNotExist):
        lock_row(Sku, sku.pk + 1)


@pytest.mark.django_db
def test_shared_rows_come_by_pk_and_nothing_is_asked_for_nothing() -> None:
    skus = SkuFactory.create_batch(3)
    rows = Sku.objects.filter(pk__in=[sku.pk for sku in skus])
    with CaptureQueriesContext(connection) as captured, transaction.atomic():
        assert share_rows(rows.order_by("-pk")) == skus
        assert share_rows(Sku.objects.filter(pk__in=[])) == []
    locking = [query for query in captured if query["sql"].endswith("FOR SHARE")]
    assert len(locking) == (connection.vendor == "postgresql")
