"""Which version of the index keys a fingerprint was made with: ``1:…``, of an address ``p1:…`` for
our own words or ``c1:…`` for a platform's reference."""

from collections import Counter

from django.db.models import Model, Q

from oms.models import Buyer
from oms.privacy.keys import index_keys

_KINDS = ("", "p", "c")


def older(column: str) -> Q:
    """Choose the rows whose fingerprint is there and is not by the newest key."""
    return Q(**{f"{column}__gt": ""}) & ~_by(column, max(index_keys()))


def count_versions(model: type[Model], *, column: str) -> "Counter[int]":
    """Count a column's fingerprints by version; 0 for those of keys that are not listed."""
    rows = model._base_manager.filter(**{f"{column}__gt": ""})
    found = Counter(
        {version: rows.filter(_by(column, version)).count() for version in index_keys()}
    )
    found[0] = rows.count() - found.total()
    return +found


def count_buyers() -> "Counter[int]":
    """Count the buyers whose id at the channel is a fingerprint, because it was a phone number or
    an address: each is renamed when he orders again."""
    ids = "^{}:[0-9a-f]{{32}}$"
    return +Counter(
        {
            version: Buyer.objects.filter(channel_buyer_id__regex=ids.format(version)).count()
            for version in index_keys()
        }
    )


def _by(column: str, version: int) -> Q:
    wanted = Q()
    for kind in _KINDS:
        wanted |= Q(**{f"{column}__startswith": f"{kind}{version}:"})
    return wanted
