"""An import that maps what stood for nothing: open orders of it follow, and the way back."""

import pytest

from channels_sync.services.skus import reference_of
from oms.models import Listing, ListingChange, Order, Sku, User
from oms.services.listings import changing, following
from oms.services.listings.changing import Target
from tests.channels_sync.services.imports.conftest import Run
from tests.factories.channels_sync import row
from tests.factories.oms import NOW, SkuFactory

pytestmark = pytest.mark.django_db


def goods() -> dict[str | None, str]:
    following.follow_due(now=NOW)
    return dict(Order.objects.values_list("channel_order_no", "items__sku__code"))


@pytest.fixture
def wrong(run: Run, clerk: User) -> Listing:
    """A listing whose wrong mapping a person took away; one order came in by it."""
    run(row("F-1"))
    listing = Listing.objects.get()
    other = Target(sku_id=SkuFactory.create(code="OTHER").pk)
    for target in (other, Target()):
        changing.change({listing.pk: target}, actor=clerk, now=NOW)
        following.follow_due(now=NOW)
    return listing


def test_open_order_follows_and_the_import_can_be_taken_back(
    run: Run, wrong: Listing, clerk: User
) -> None:
    assert goods() == {"F-1": "OTHER"}
    job = run(row("F-2"))
    assert (job.result["following"], job.result["staying"]) == (1, 0)
    assert goods() == {"F-1": "MUG", "F-2": "MUG"}
    batch = changing.batch_of(reference_of(job))
    assert ListingChange.objects.get(batch=batch).changed_by == clerk
    assert changing.undo(batch, actor=clerk, now=NOW) == 1
    wrong.refresh_from_db()
    assert wrong.sku is None


def test_trial_counts_the_orders_that_would_follow(run: Run, wrong: Listing) -> None:
    changes = ListingChange.objects.count()
    job = run(row("F-2"), dry_run=True)
    assert (job.result["following"], job.result["staying"]) == (1, 0)
    assert goods() == {"F-1": "OTHER"}
    assert ListingChange.objects.count() == changes
    assert Sku.objects.count() == 2


def test_listing_seen_first_is_no_change_of_one(run: Run) -> None:
    job = run(row("F-1"))
    assert not ListingChange.objects.exists()
    assert (job.result["following"], job.result["staying"]) == (0, 0)
