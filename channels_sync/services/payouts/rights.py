"""Who may see payouts, and who may bring, explain and sign them."""

from oms.access.checks import NotAllowed, Person, may, scope
from oms.models import Store

VIEW = "view_finance"
ACT = ("confirm_transfers", "manage_store")
"""Finance, and whoever runs the store; who only looks (an auditor) has neither."""


def actable(user: Person) -> frozenset[int]:
    """Return the stores whose payouts the person may work on."""
    rights = scope(user)
    return frozenset[int]().union(*(rights.ids(right) for right in ACT)) & rights.ids(VIEW)


def require_act(user: Person, *, store: Store) -> None:
    """:raises NotAllowed: if the person may not work on the payouts of the store"""
    if not may(user, VIEW, store) or not any(may(user, right, store) for right in ACT):
        raise NotAllowed(permission=ACT[0])
