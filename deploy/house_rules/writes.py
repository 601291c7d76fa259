"""Rules about who may write: statuses, rights, audited rows; and nothing by hidden wiring."""

import ast
from collections.abc import Iterator

from .model import MIGRATIONS, PACKAGES, SIMULATORS, TESTS, Hit, Rule, Source
from .names import banned

MOVERS = ("oms/transitions.py", "oms/transitions/*")
GRANTERS = ("oms/access/grants.py",)
BULK_WRITERS = (
    # They write the timeline, or rows that nobody edits by hand (locks, deliveries).
    "*/services/*",
    "*/services.py",
    "oms/bulk.py",
    "oms/transitions.py",
    "oms/transitions/*",
    "oms/scheduling.py",
    "oms/scheduling/*",
    "oms/events/*",
)
"""Modules that may write rows past ``save()``, which is all that the audit log sees."""

_WRITERS = frozenset({"update", "update_or_create", "bulk_update", "bulk_create", "update_columns"})
GRANT_CALLS = frozenset({"assign_perm", "remove_perm", "bulk_assign_perm", "bulk_remove_perm"})
MODEL_SIGNALS = ("pre_init", "post_init", "pre_save", "post_save", "pre_delete", "post_delete")
HIDDEN_WIRING = frozenset(
    {f"django.db.models.signals.{name}" for name in (*MODEL_SIGNALS, "m2m_changed")}
    | {"django.dispatch.receiver", "django.dispatch.dispatcher.receiver"}
)


def status_writes(source: Source) -> Iterator[Hit]:
    constructed = _fields_of_plain_objects(source.tree)
    for node in ast.walk(source.tree):
        if (
            isinstance(node, ast.Attribute)
            and _is_status_target(node)
            and id(node) not in constructed
        ):
            yield node.lineno, "a status moves only through oms.transitions (fire, fire_many)"
        elif isinstance(node, ast.Call) and _call_writes_status(node):
            yield node.lineno, "a status moves only through oms.transitions, not by a bulk write"


def _is_status_target(node: ast.Attribute) -> bool:
    return node.attr == "status" and isinstance(node.ctx, ast.Store)


def _fields_of_plain_objects(tree: ast.Module) -> set[int]:
    """Find ``self.x`` inside ``__init__``: models here define none, so it is no stored status."""
    return {
        id(node)
        for function in ast.walk(tree)
        if isinstance(function, ast.FunctionDef) and function.name == "__init__"
        for node in ast.walk(function)
        if isinstance(node, ast.Attribute)
        and isinstance(node.value, ast.Name)
        and node.value.id == "self"
    }


def _call_writes_status(call: ast.Call) -> bool:
    match call.func:
        case ast.Name(id="setattr"):
            return any(_is_text(argument, "status") for argument in call.args[1:2])
        case ast.Attribute(attr=name) if name in _WRITERS:
            return any(_names_status(keyword) for keyword in call.keywords) or any(
                _lists_status(argument) for argument in call.args[1:]
            )
    return False


def _names_status(keyword: ast.keyword) -> bool:
    return keyword.arg == "status" or _lists_status(keyword.value)


def _lists_status(node: ast.expr) -> bool:
    """Tell whether a literal list or mapping of column names holds the status."""
    match node:
        case ast.Dict(keys=names) | ast.List(elts=names) | ast.Tuple(elts=names):
            return any(name is not None and _is_text(name, "status") for name in names)
    return False


def _is_text(node: ast.expr, text: str) -> bool:
    return isinstance(node, ast.Constant) and node.value == text


def grants(source: Source) -> Iterator[Hit]:
    for node in ast.walk(source.tree):
        match node:
            case ast.ImportFrom(names=names):
                found = any(name.name in GRANT_CALLS for name in names)
            case ast.Attribute(attr=attr):
                found = attr in GRANT_CALLS
            case _:
                continue
        if found:
            yield node.lineno, "rights are written only by oms/access/grants.py"


def bulk_writes(source: Source) -> Iterator[Hit]:
    """Find what only a query set understands.

    ``QuerySet.update`` takes keywords alone, so such a call counts whatever it is called on; a
    dictionary is merged with ``|=`` instead, and a digest is fed by position.
    """
    for node in ast.walk(source.tree):
        match node:
            case ast.Call(func=ast.Attribute(attr="update"), args=[], keywords=[_, *_]):
                yield node.lineno, "the audit log does not see update(): call a service"
            case ast.Call(func=ast.Attribute(attr="bulk_update" | "update_columns" as name)):
                yield node.lineno, f"the audit log does not see {name}(): call a service"
            case ast.Call(func=ast.Attribute(attr="bulk_create"), keywords=keywords) if any(
                keyword.arg == "update_conflicts" for keyword in keywords
            ):
                yield node.lineno, "the audit log does not see an upsert: call a service"


RULES = (
    Rule(
        name="status-mover",
        check=status_writes,
        only=(*PACKAGES, *TESTS),
        but=(*MOVERS, *MIGRATIONS, *SIMULATORS, "tests/factories/*"),
        good=(
            ("oms/transitions.py", "rows.update(status=step.target)"),
            ("oms/services/review.py", "fire(order, 'approve', actor=actor)"),
            ("oms/models/orders.py", "class Order:\n    status = TextField(default='pending')"),
            (
                "oms/integration/errors.py",
                "class E:\n    def __init__(self):\n        self.status = 4",
            ),
            ("tests/factories/oms.py", "order.status = 'shipped'"),
            ("oms/queries/orders.py", "rows.filter(status='shipped').exclude(status=order.status)"),
        ),
        bad=(
            ("oms/services/review.py", "order.status = 'approved'"),
            ("oms/services/review.py", "order.status, order.note = 'approved', ''"),
            ("oms/services/review.py", "setattr(order, 'status', 'approved')"),
            ("oms/services/review.py", "orders.filter(pk=1).update(status='approved')"),
            ("oms/services/review.py", "orders.update(**{'status': 'approved'})"),
            ("oms/services/review.py", "Order.objects.bulk_update(rows, ['status'])"),
            ("oms/services/review.py", "Order.objects.bulk_update(rows, fields=['status'])"),
            ("oms/services/review.py", "bulk.update_columns(rows, ['note', 'status'])"),
            ("oms/services/review.py", "m.update_or_create(pk=1, defaults={'status': 'paid'})"),
            ("tests/oms/services/test_review.py", "order.status = 'approved'"),
        ),
    ),
    Rule(
        name="one-granter",
        check=grants,
        only=(*PACKAGES, *TESTS),
        but=GRANTERS,
        good=(
            ("oms/access/grants.py", "from guardian.shortcuts import assign_perm"),
            ("oms/services/staff.py", "grants.assign_role(user, role, store)"),
        ),
        bad=(
            ("oms/admin/users.py", "from guardian.shortcuts import assign_perm"),
            ("oms/admin/users.py", "shortcuts.remove_perm('pick', user, warehouse)"),
            ("tests/oms/test_access.py", "UserObjectPermission.objects.assign_perm('p', u, s)"),
        ),
    ),
    Rule(
        name="audited-writes",
        check=bulk_writes,
        only=PACKAGES,
        but=(*BULK_WRITERS, *MIGRATIONS, *SIMULATORS),
        good=(
            ("oms/services/inventory.py", "StockLevel.objects.filter(pk=1).update(reserved=1)"),
            ("oms/scheduling.py", "NamedLock.objects.filter(name=name).update(expires_at=now)"),
            ("oms/admin/orders.py", "context |= {'title': title}"),
            ("oms/evidence/seal.py", "digest.update(payload)"),
            ("oms/queries/boards.py", "counters.update(extra)"),
            ("warehouse/admin.py", "Bin.objects.bulk_create(rows)"),
        ),
        bad=(
            ("oms/admin/orders.py", "queryset.update(ship_by=deadline)"),
            ("oms/admin/orders.py", "self.get_queryset(request).update(**changes)"),
            ("warehouse/tasks.py", "Bin.objects.bulk_update(rows, ['zone'])"),
            ("warehouse/tasks.py", "bulk.update_columns(rows, ['zone'])"),
            ("warehouse/handlers.py", "Bin.objects.bulk_create(rows, update_conflicts=True)"),
        ),
    ),
    Rule(
        name="no-model-signals",
        check=banned(HIDDEN_WIRING, "{name}: call a service or publish an event"),
        only=PACKAGES,
        good=(
            ("oms/apps.py", "from django.db.models.signals import post_migrate"),
            ("oms/apps.py", "from django.contrib.auth.signals import user_logged_in"),
        ),
        bad=(
            ("oms/models/orders.py", "from django.db.models.signals import post_save"),
            (
                "oms/apps.py",
                "from django.db.models import signals\nsignals.pre_delete.connect(keep)",
            ),
            ("oms/apps.py", "from django.dispatch import receiver"),
        ),
    ),
)
