"""THE table: which role may do what. A right not named in it does not exist."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from oms.models import Store, Warehouse

STORE_PERMISSIONS = frozenset(codename for codename, _label in Store._meta.permissions)
WAREHOUSE_PERMISSIONS = frozenset(codename for codename, _label in Warehouse._meta.permissions)


@dataclass(frozen=True, slots=True)
class Role:
    """``on_stores`` and ``on_warehouses`` are what it allows on every member of its scope."""

    code: str
    label: str | Promise
    on_stores: frozenset[str] = frozenset()
    on_warehouses: frozenset[str] = frozenset()


_DESK = frozenset(
    {
        "view_orders",
        "review_orders",
        "edit_orders",
        "cancel_orders",
        "merge_orders",
        "import_orders",
        "view_buyer_contact",
        "open_cases",
        "view_cases",
    }
)
_FLOOR = frozenset({"view_fulfillment", "pick", "pack", "hand_over", "receive_returns"})

_TABLE = (
    Role("customer_service", _("customer service"), _DESK, frozenset({"view_fulfillment"})),
    Role(
        "service_supervisor",
        _("customer service supervisor"),
        _DESK | {"approve_returns"},
        frozenset({"view_fulfillment", "view_stock"}),
    ),
    Role("warehouse_staff", _("warehouse staff"), on_warehouses=_FLOOR | {"count_stock"}),
    Role(
        "warehouse_manager",
        _("warehouse manager"),
        frozenset({"view_orders"}),
        WAREHOUSE_PERMISSIONS,
    ),
    Role(
        "finance",
        _("finance"),
        frozenset(
            {"view_orders", "view_cases", "view_finance", "export_orders", "confirm_transfers"}
        ),
    ),
    Role(
        "inspector",
        _("technical inspector"),
        frozenset({"view_cases"}),
        frozenset({"inspect_returns"}),
    ),
    Role(
        "store_manager",
        _("store manager"),
        STORE_PERMISSIONS - {"confirm_transfers"},
        frozenset({"view_fulfillment", "view_stock"}),
    ),
    Role(
        "auditor",
        _("auditor"),
        frozenset({"view_orders", "view_cases", "view_finance"}),
        frozenset({"view_fulfillment", "view_stock"}),
    ),
)

ROLES = {role.code: role for role in _TABLE}


class UnknownPermission(LookupError):
    """A misspelt right: loud, because a silent one would mean "nobody" or "everybody"."""


class UnknownRole(LookupError):
    """A role that the table does not have."""


def check_permission(codename: str) -> str:
    """:raises UnknownPermission: if no guarded model declares it"""
    if codename not in STORE_PERMISSIONS | WAREHOUSE_PERMISSIONS:
        raise UnknownPermission(codename)
    return codename


def role(code: str) -> Role:
    """:raises UnknownRole: if the table does not have it"""
    try:
        return ROLES[code]
    except KeyError:
        raise UnknownRole(code) from None
