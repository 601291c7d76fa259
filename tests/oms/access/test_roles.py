import pytest

from oms.access.roles import (
    ROLES,
    STORE_PERMISSIONS,
    WAREHOUSE_PERMISSIONS,
    Role,
    UnknownPermission,
    UnknownRole,
    check_permission,
    role,
)

EVERYBODY = sorted(ROLES.values(), key=lambda each: each.code)


@pytest.mark.parametrize("each", EVERYBODY, ids=lambda each: each.code)
def test_role_holds_only_rights_that_exist_where_they_exist(each: Role) -> None:
    assert each.on_stores <= STORE_PERMISSIONS
    assert each.on_warehouses <= WAREHOUSE_PERMISSIONS
    assert each.on_stores | each.on_warehouses


def test_no_right_means_a_store_and_a_warehouse() -> None:
    assert not STORE_PERMISSIONS & WAREHOUSE_PERMISSIONS


def test_no_right_is_one_that_django_gives_to_a_whole_model() -> None:
    given = {
        f"{act}_{model}"
        for act in ("add", "change", "delete", "view")
        for model in ("store", "warehouse")
    }
    assert not given & (STORE_PERMISSIONS | WAREHOUSE_PERMISSIONS)


def test_every_right_is_held_by_some_role() -> None:
    held = {right for each in EVERYBODY for right in each.on_stores | each.on_warehouses}
    assert held == STORE_PERMISSIONS | WAREHOUSE_PERMISSIONS


@pytest.mark.parametrize(
    ("code", "never"),
    [
        ("customer_service", {"edit_amounts", "export_orders", "approve_returns", "view_finance"}),
        ("finance", {"edit_orders", "cancel_orders", "edit_amounts", "approve_returns"}),
        ("warehouse_staff", {"view_buyer_contact", "view_orders", "adjust_stock"}),
        ("warehouse_manager", {"view_buyer_contact", "edit_orders", "view_finance"}),
        ("auditor", {"edit_orders", "export_orders", "view_buyer_contact", "adjust_stock"}),
        ("store_manager", {"confirm_transfers"}),
    ],
)
def test_duties_stay_apart(code: str, never: set[str]) -> None:
    """Who serves buyers touches no money, who ships sees no phone, nobody pays himself."""
    assert never <= STORE_PERMISSIONS | WAREHOUSE_PERMISSIONS
    assert not never & (role(code).on_stores | role(code).on_warehouses)


@pytest.mark.parametrize("misspelt", ["view_order", "oms.view_orders", "VIEW_ORDERS", ""])
def test_misspelt_right_is_loud(misspelt: str) -> None:
    with pytest.raises(UnknownPermission):
        check_permission(misspelt)


@pytest.mark.parametrize("misspelt", ["manager", "Finance", ""])
def test_misspelt_role_is_loud(misspelt: str) -> None:
    with pytest.raises(UnknownRole):
        role(misspelt)


def test_right_that_exists_is_given_back() -> None:
    assert check_permission("view_orders") == "view_orders"
    assert check_permission("pick") == "pick"
