import ast
import importlib
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.utils import translation

import oms
from oms.models import FulfillmentOrder, OrderHold, StopToken
from oms.services.dispatch import dispatch
from oms.services.fulfillment.stations import DocumentStopped, refuse_if_stopped
from oms.services.hold_words import LABELS, STOPS, words
from tests.factories.basics import NOW
from tests.factories.incoming import Shop, at
from tests.oms.services.floor import Floor, document_of

ROOT = Path(oms.__file__).parent.parent
SOURCES = [
    path
    for app in ("oms", "warehouse", "aftersales", "channels_sync")
    for path in sorted((ROOT / app).rglob("*.py"))
]
HOLDING = dict.fromkeys(("place_hold", "hold_rest", "hold_what_is_here", "OrderHold"), "code")
STOPPING = dict.fromkeys(
    ("pull_back", "pull_units", "line_up_anew", "cancel_locked", "cancel_units", "close_external"),
    "reason",
)


def passed(path: Path, functions: dict[str, str]) -> Iterator[str]:
    """Yield the texts that a file passes to functions; what only runs through is not seen there."""
    tree = ast.parse(path.read_text())
    module = ".".join(path.relative_to(ROOT).with_suffix("").parts)
    for call in ast.walk(tree):
        if not isinstance(call, ast.Call):
            continue
        name = getattr(call.func, "id", getattr(call.func, "attr", ""))
        for keyword in call.keywords:
            if keyword.arg == functions.get(name):
                yield from texts(keyword.value, tree=tree, module=module)


def texts(value: ast.expr, *, tree: ast.Module, module: str) -> Iterator[str]:
    match value:
        case ast.Constant(value=str(text)):
            yield text
        case ast.IfExp(body=body, orelse=orelse):
            yield from texts(body, tree=tree, module=module)
            yield from texts(orelse, tree=tree, module=module)
        case ast.JoinedStr(values=[ast.Constant(value=str(text)), *_rest]):
            yield text.partition(": ")[0]
        case ast.Name(id=name) if name.isupper():
            yield str(getattr(importlib.import_module(module), name))
        case ast.Name(id=name):
            for node in ast.walk(tree):
                if isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "") == name:
                    yield from texts(node.value, tree=tree, module=module)


def found_by_review() -> Iterator[str]:
    """The automatic review yields its codes."""
    for node in ast.walk(ast.parse((ROOT / "oms/rules/review.py").read_text())):
        match node:
            case ast.Yield(value=ast.Tuple(elts=[ast.Constant(value=str(code)), *_rest])):
                yield code


def test_every_hold_that_is_placed_has_words() -> None:
    placed = {code for path in SOURCES for code in passed(path, HOLDING)} | set(found_by_review())
    assert placed >= {"shortage", "pick_short", "refund_requested", "person", "no_receiver"}
    assert placed <= set(LABELS)


def test_every_cause_of_a_stop_has_words() -> None:
    causes = {cause for path in SOURCES for cause in passed(path, STOPPING)}
    assert causes >= {"address changed", "paid back by the platform"}
    assert causes <= set(STOPS) | set(LABELS)


def test_codes_become_words_and_a_persons_words_stay() -> None:
    with translation.override("zh-hans"):
        assert words("address changed") == str(STOPS["address changed"]) != "address changed"
        assert words("shortage: SKU-1") == f"{LABELS['shortage']}: SKU-1"
        assert words("buyer: call him") == "buyer: call him"


def released(shop: Shop) -> FulfillmentOrder:
    shop.stock(5)
    order = shop.take_in()
    dispatch(now=NOW)
    dispatch(now=at(10))
    return document_of(order)


def test_picker_reads_words_not_codes(shop: Shop, floor: Floor) -> None:
    document = released(shop)
    order = document.lines.get().order_item.order
    floor.claim(document)
    token = StopToken.objects.create(
        fulfillment=document, order=order, reason="refund_requested", station="x", raised_at=NOW
    )
    with pytest.raises(DocumentStopped) as stopped:
        refuse_if_stopped(document)
    assert str(LABELS["refund_requested"]) in str(stopped.value)
    token.delete()
    OrderHold.objects.create(
        order=order, code="pick_short", owner="system", detail="A-1", placed_at=NOW
    )
    with pytest.raises(DocumentStopped) as stopped:
        refuse_if_stopped(document)
    assert f"{LABELS['pick_short']}: A-1" in str(stopped.value)
