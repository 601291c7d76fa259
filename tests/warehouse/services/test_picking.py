from oms.models import FulfillmentLine, Sku
from oms.services.fulfillment.stations import DocumentStopped
from tests.factories.oms import SkuFactory
from tests.factories.warehouse import Floor
from tests.warehouse.services.books import in_bin, refused
from warehouse.models import Bin, PickLine, PickTask
from warehouse.services.outcome import Tone
from warehouse.services.picking import pick as steps_of
from warehouse.services.picking.steps import StepKind, next_step
from warehouse.services.picking.walk import read_walk


def shelf_of(floor: Floor, sku: Sku) -> Bin:
    return Bin.objects.get(warehouse=floor.warehouse, kind="shelf", stock__sku=sku)


def begun(floor: Floor, units: dict[Sku, int]) -> tuple[PickTask, Bin]:
    """A claimed task over one document, with its tote on the cart."""
    floor.document(units)
    floor.waves()
    task, tote = floor.claim(), floor.tote()
    floor.pick(task, tote.code)
    return task, tote


def kind(task: PickTask) -> StepKind:
    task.refresh_from_db()
    return next_step(task).kind


def test_tote_then_bin_then_goods(floor: Floor) -> None:
    sku = floor.goods(9)
    floor.document({sku: 2})
    floor.waves()
    task, tote = floor.claim(), floor.tote()
    assert kind(task) is StepKind.TOTE
    floor.pick(task, tote.code)
    assert kind(task) is StepKind.BIN
    assert floor.pick(task, shelf_of(floor, sku).code).facts == {"n": 2}
    assert kind(task) is StepKind.SKU
    assert floor.pick(task, sku.code).facts == {"n": 1}
    assert floor.pick(task, sku.code).tone is Tone.DONE
    task.refresh_from_db()
    assert task.status == "done"


def test_every_scan_is_booked_at_once(floor: Floor) -> None:
    sku = floor.goods(9)
    task, tote = begun(floor, {sku: 2})
    floor.pick(task, shelf_of(floor, sku).code)
    floor.pick(task, sku.code)
    line = FulfillmentLine.objects.get()
    assert (line.picked_quantity, PickLine.objects.get().picked) == (1, 1)
    assert (in_bin(tote, sku), in_bin(shelf_of(floor, sku), sku)) == (1, 8)
    assert read_walk(task).done == 1


def test_barcode_counts_like_the_sku_code(floor: Floor) -> None:
    sku = floor.goods(9)
    task, tote = begun(floor, {sku: 2})
    floor.pick(task, shelf_of(floor, sku).code.lower())
    floor.pick(task, sku.barcodes.get().code)
    assert in_bin(tote, sku) == 1


def test_wrong_bin_is_refused_with_the_right_one(floor: Floor) -> None:
    sku = floor.goods(9)
    task, _tote = begun(floor, {sku: 2})
    with refused(steps_of.WrongBin, match=shelf_of(floor, sku).code):
        floor.pick(task, floor.shelf().code)
    assert kind(task) is StepKind.BIN


def test_goods_before_their_bin_are_refused(floor: Floor) -> None:
    sku = floor.goods(9)
    task, tote = begun(floor, {sku: 2})
    with refused(steps_of.ScanBinFirst):
        floor.pick(task, sku.code)
    assert in_bin(tote, sku) == 0


def test_wrong_item_is_refused(floor: Floor) -> None:
    sku, other = floor.goods(9), floor.goods(9)
    task, tote = begun(floor, {sku: 2})
    floor.pick(task, shelf_of(floor, sku).code)
    with refused(steps_of.WrongItem, match=sku.name):
        floor.pick(task, other.code)
    with refused(steps_of.WrongItem):
        floor.pick(task, "no such code")
    assert in_bin(tote, sku) == 0


def test_more_than_wanted_is_refused(floor: Floor) -> None:
    sku = floor.goods(9)
    task, tote = begun(floor, {sku: 2, floor.goods(9): 1})
    floor.pick(task, shelf_of(floor, sku).code)
    with refused(steps_of.TooMany):
        floor.pick(task, sku.code, quantity=3)
    floor.pick(task, sku.code, quantity=2)
    with refused(steps_of.TooMany):
        floor.pick(task, sku.code)
    assert in_bin(tote, sku) == 2


def test_serial_and_expiry_goods_are_scanned_piece_by_piece(floor: Floor) -> None:
    sku = floor.goods(9, has_serial=True)
    task, tote = begun(floor, {sku: 2})
    floor.pick(task, shelf_of(floor, sku).code)
    with refused(steps_of.NotOnePiece):
        floor.pick(task, sku.code, quantity=2)
    floor.pick(task, sku.code)
    assert in_bin(tote, sku) == 1


def test_same_bin_again_is_no_mistake(floor: Floor) -> None:
    sku = floor.goods(9)
    task, _tote = begun(floor, {sku: 2})
    code = shelf_of(floor, sku).code
    floor.pick(task, code)
    assert floor.pick(task, code).tone is Tone.INFO


def test_only_an_empty_free_tote_is_taken(floor: Floor) -> None:
    sku = floor.goods(9)
    floor.document({sku: 1})
    floor.waves()
    task = floor.claim()
    full = floor.tote()
    floor.stock(SkuFactory.create(), 1, shelf=full)
    with refused(steps_of.ToteInUse):
        floor.pick(task, full.code)
    with refused(steps_of.NotATote):
        floor.pick(task, shelf_of(floor, sku).code)
    with refused(steps_of.NotATote):
        floor.pick(task, sku.code)
    assert kind(task) is StepKind.TOTE


def test_tote_of_another_document_is_refused(floor: Floor) -> None:
    a, b = floor.goods(9), floor.goods(9)
    floor.document({a: 1, b: 1})
    floor.document({a: 1, b: 2})
    floor.waves()
    task, first = floor.claim(), floor.tote()
    floor.pick(task, first.code)
    with refused(steps_of.ToteInUse):
        floor.pick(task, first.code)


def test_goods_of_two_documents_are_laid_into_their_own_totes(floor: Floor) -> None:
    shelf = floor.shelf()
    a, b = floor.goods(9, shelf=shelf), floor.goods(9, shelf=shelf)
    one, two = floor.document({a: 1, b: 1}), floor.document({a: 2, b: 1})
    floor.waves()
    task, totes = floor.claim(), [floor.tote(), floor.tote()]
    for tote in totes:
        floor.pick(task, tote.code)
    floor.pick(task, shelf.code)
    step = next_step(task)
    own = step.slot.tote if step.slot else None
    assert own is not None
    other = next(tote for tote in totes if tote.pk != own.pk)
    floor.pick(task, step.lines[0].sku.code, quantity=step.remaining)
    assert kind(task) is StepKind.PUT
    with refused(steps_of.WrongTote, match=own.code):
        floor.pick(task, other.code)
    with refused(steps_of.TooMany):
        floor.pick(task, step.lines[0].sku.code)
    floor.pick(task, own.code)
    assert kind(task) is StepKind.SKU
    floor.pick_all(task)
    held = {document.pk: document.pick_slots.get().tote for document in (one, two)}
    assert (in_bin(held[one.pk], a), in_bin(held[one.pk], b)) == (1, 1)  # type: ignore[arg-type]
    assert (in_bin(held[two.pk], a), in_bin(held[two.pk], b)) == (2, 1)  # type: ignore[arg-type]


def test_single_item_documents_are_picked_together_into_one_tote(floor: Floor) -> None:
    sku = floor.goods(9)
    documents = [floor.document({sku: n}) for n in (1, 2, 3)]
    floor.waves()
    task, tote = floor.claim(), floor.tote()
    floor.pick(task, tote.code)
    assert next_step(task).total == 6
    floor.pick(task, shelf_of(floor, sku).code)
    assert floor.pick(task, sku.code, quantity=6).tone is Tone.DONE
    for document in documents:
        document.refresh_from_db()
        assert document.status == "picked"
    assert in_bin(tote, sku) == 6


def test_state_is_in_the_database(floor: Floor) -> None:
    sku = floor.goods(9)
    task, _tote = begun(floor, {sku: 2})
    floor.pick(task, shelf_of(floor, sku).code)
    floor.pick(task, sku.code)
    elsewhere = floor.claim()
    assert (elsewhere.pk, next_step(elsewhere).kind, next_step(elsewhere).remaining) == (
        task.pk,
        StepKind.SKU,
        1,
    )


def test_skipped_goods_come_again_at_the_end(floor: Floor) -> None:
    near, far = floor.shelf(aisle=1), floor.shelf(aisle=9)
    a, b = floor.goods(9, shelf=near), floor.goods(9, shelf=far)
    task, _tote = begun(floor, {a: 1, b: 1})
    floor.pick(task, "CMD:SKIP")
    assert next_step(task).bin.code == far.code
    floor.pick_all(task)
    task.refresh_from_db()
    assert task.status == "done"


def test_document_held_in_the_tote_is_stopped_at_the_next_scan(floor: Floor) -> None:
    """Known systems ship it: a hold in picking does not stop them."""
    sku = floor.goods(9)
    task, tote = begun(floor, {sku: 2})
    floor.pick(task, shelf_of(floor, sku).code)
    floor.pick(task, sku.code)
    document = task.slots.get().fulfillment
    floor.hold(document, detail="address")
    with refused(DocumentStopped, match="address"):
        floor.pick(task, sku.code)
    assert in_bin(tote, sku) == 1
