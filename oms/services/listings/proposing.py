"""The review list: unmapped listings, each with what it may stand for."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from django.db.models import QuerySet

from oms.access.checks import Person, scope
from oms.models import Barcode, Bundle, Listing, Sku
from oms.rules.listing_match import Candidate, Match, Shelf, loose_forms, propose

RIGHT = "import_orders"
AT_ONCE = 200


@dataclass(frozen=True, slots=True)
class Proposed:
    """One listing with its candidates, named for people: (candidate, code, name)."""

    listing: Listing
    match: Match
    candidates: Sequence[tuple[Candidate, str, str]]


def unmapped(user: Person) -> QuerySet[Listing]:
    """Return the listings that stand for nothing yet, in the stores that the person looks after."""
    rows = Listing.objects.filter(store__in=scope(user).ids(RIGHT), sku=None, bundle=None)
    return rows.select_related("store__channel").order_by("-pk")


def proposals(listings: Sequence[Listing]) -> list[Proposed]:
    """Propose for each listing, in queries that do not grow with them."""
    shelf = _shelf([row.merchant_code for row in listings])
    found = [(row, propose(row.merchant_code, shelf=shelf)) for row in listings]
    named = _names({one for _row, proposal in found for one in proposal.candidates})
    return [
        Proposed(row, proposal.match, [(one, *named[one]) for one in proposal.candidates])
        for row, proposal in found
    ]


def _shelf(codes: Collection[str]) -> Shelf:
    wanted = {form for code in codes if code for form in (code, *loose_forms(code))}
    skus = Sku.objects.filter(code__in=wanted, is_active=True)
    bundles = Bundle.objects.filter(code__in=wanted, is_active=True)
    barcodes = Barcode.objects.filter(code__in=wanted, sku__is_active=True)
    return Shelf(
        dict(skus.values_list("code", "pk")),
        dict(bundles.values_list("code", "pk")),
        dict(barcodes.values_list("code", "sku_id")),
    )


def _names(candidates: Collection[Candidate]) -> dict[Candidate, tuple[str, str]]:
    found: dict[Candidate, tuple[str, str]] = {}
    for model, is_bundle in ((Sku, False), (Bundle, True)):
        ids = [one.id for one in candidates if one.is_bundle is is_bundle]
        rows = model.objects.filter(pk__in=ids).values_list("pk", "code", "name")
        found |= {Candidate(is_bundle, pk): (code, name) for pk, code, name in rows}
    return found
