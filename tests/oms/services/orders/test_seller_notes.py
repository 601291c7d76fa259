"""The seller's note, written here and there: no echo, no older over newer, nothing lost."""

import pytest

from oms import registries
from oms.access.checks import NotAllowed
from oms.models import Order, OutboxEvent, SellerNote, TimelineEntry, User
from oms.registries import Contributions, NotePort, NoteRules
from oms.services.orders.ingest import Verdict
from oms.services.orders.seller_notes import (
    NoSuchFlag,
    Note,
    NoteChangedMeanwhile,
    NoteTooLong,
    SameNote,
    change_note,
    mark_told,
)
from tests.factories.basics import NOW, UserFactory
from tests.factories.incoming import Shop, incoming_order, revised
from tests.factories.oms import grant
from tests.oms.services.rows import rows

TOLD = incoming_order(seller_memo="原备注", seller_flag="red")


@pytest.fixture(autouse=True)
def port(monkeypatch: pytest.MonkeyPatch) -> None:
    ports: Contributions[NotePort] = Contributions("teller of notes")
    rules = NoteRules(True, ("", "red", "blue"), longest=20)
    ports.register(NotePort("channels", lambda _store: rules))
    monkeypatch.setattr(registries, "note_ports", ports)


@pytest.fixture
def clerk(shop: Shop) -> User:
    user = UserFactory.create()
    grant(user, "customer_service", shop.store)
    return user


@pytest.fixture
def order(shop: Shop) -> Order:
    return shop.take_in(TOLD)


def write(order: Order, memo: str, actor: User, *, flag: str = "red") -> None:
    seen = Note.of(Order.objects.get(pk=order.pk)).mark
    change_note(order.pk, note=Note(memo, flag), seen=seen, actor=actor, now=NOW)


def note_of(order: Order) -> Note:
    return Note.of(Order.objects.get(pk=order.pk))


def row_of(order: Order) -> SellerNote:
    return SellerNote.objects.get(order=order)


def told_events() -> int:
    return OutboxEvent.objects.filter(name="oms.order.noted").count()


def test_written_note_is_on_the_order_and_on_its_way(order: Order, clerk: User) -> None:
    write(order, "改发顺丰", clerk, flag="blue")
    row = row_of(order)
    assert note_of(order) == Note("改发顺丰", "blue")
    assert (row.number, row.is_waiting, row.changed_by) == (1, True, clerk)
    assert (row.channel_memo, row.channel_flag) == ("原备注", "red")
    entry = TimelineEntry.objects.get(action="note")
    assert (entry.actor, entry.detail) == (clerk, {"changed": ["memo", "flag"]})
    assert told_events() == 1


def test_channel_that_changed_nothing_leaves_ours(shop: Shop, order: Order, clerk: User) -> None:
    write(order, "改发顺丰", clerk)
    shop.tell(revised(TOLD, buyer_memo="轻放"))
    assert note_of(order).memo == "改发顺丰"
    assert row_of(order).is_waiting


def test_our_echo_is_no_change_and_no_message(shop: Shop, order: Order, clerk: User) -> None:
    write(order, "改发顺丰", clerk)
    mark_told(order.pk, number=1)
    before = told_events()
    shop.tell(revised(TOLD, minutes=5, seller_memo="改发顺丰"))
    row = row_of(order)
    assert (note_of(order).memo, row.is_waiting, row.number) == ("改发顺丰", False, 1)
    assert told_events() == before
    again = shop.tell(revised(TOLD, minutes=5, seller_memo="改发顺丰"))
    assert again.verdict is Verdict.UNCHANGED


def test_echo_proves_what_the_channel_never_confirmed(
    shop: Shop, order: Order, clerk: User
) -> None:
    write(order, "改发顺丰", clerk)
    shop.tell(revised(TOLD, minutes=5, seller_memo="改发顺丰"))
    assert not row_of(order).is_waiting


def test_echo_of_an_older_note_does_not_undo_the_newer(
    shop: Shop, order: Order, clerk: User
) -> None:
    write(order, "第一", clerk)
    mark_told(order.pk, number=1)
    write(order, "第二", clerk)
    shop.tell(revised(TOLD, minutes=5, seller_memo="第一"))
    assert note_of(order).memo == "第二"
    assert row_of(order).is_waiting


def test_channels_own_change_comes_in(shop: Shop, order: Order, clerk: User) -> None:
    write(order, "改发顺丰", clerk)
    mark_told(order.pk, number=1)
    shop.tell(revised(TOLD, minutes=5, seller_memo="客户要周末送", seller_flag="blue"))
    assert note_of(order) == Note("客户要周末送", "blue")
    assert not row_of(order).is_waiting
    assert row_of(order).past["memo"] == ["原备注", "改发顺丰"]


def test_page_read_before_our_note_does_not_bring_the_old_one_back(
    shop: Shop, order: Order, clerk: User
) -> None:
    write(order, "改发顺丰", clerk)
    mark_told(order.pk, number=1)
    shop.tell(TOLD)
    assert note_of(order).memo == "改发顺丰"


def test_changed_on_both_sides_keeps_both_and_tells_the_channel(
    shop: Shop, order: Order, clerk: User
) -> None:
    write(order, "改发顺丰", clerk, flag="blue")
    shop.tell(revised(TOLD, minutes=5, seller_memo="客户要周末送", seller_flag="green"))
    row = row_of(order)
    assert note_of(order) == Note("客户要周末送\n改发顺丰", "blue")
    assert (row.clashed_at, row.number, row.is_waiting) == (NOW, 2, True)
    assert TimelineEntry.objects.get(action="note_clash").note == "green → blue"
    assert told_events() == 2
    repeat = revised(TOLD, minutes=6, seller_memo="客户要周末送", seller_flag="green")
    shop.tell(repeat)
    assert (note_of(order).memo, row_of(order).number) == ("客户要周末送\n改发顺丰", 2)


def test_without_a_note_of_ours_the_channel_writes_as_it_likes(shop: Shop, order: Order) -> None:
    shop.tell(revised(TOLD, seller_memo="新备注"))
    assert note_of(order).memo == "新备注"
    assert not SellerNote.objects.exists()


def test_late_confirmation_of_an_older_note_counts_for_it_only(order: Order, clerk: User) -> None:
    write(order, "第一", clerk)
    write(order, "第二", clerk)
    mark_told(order.pk, number=1)
    assert (row_of(order).told_number, row_of(order).channel_memo) == (1, "原备注")
    mark_told(order.pk, number=2)
    assert row_of(order).channel_memo == "第二"
    mark_told(order.pk, number=1)
    assert not row_of(order).is_waiting


@pytest.mark.parametrize(
    ("memo", "flag", "refusal"),
    [
        ("原备注", "red", SameNote),
        ("x" * 21, "red", NoteTooLong),
        ("新", "pink", NoSuchFlag),
    ],
)
def test_what_cannot_be_written_changes_nothing(
    order: Order, clerk: User, memo: str, flag: str, refusal: type[Exception]
) -> None:
    before = rows()
    with pytest.raises(refusal):
        write(order, memo, clerk, flag=flag)
    assert (rows(), note_of(order)) == (before, Note("原备注", "red"))


def test_note_that_changed_before_our_eyes_is_not_overwritten(
    shop: Shop, order: Order, clerk: User
) -> None:
    seen = note_of(order).mark
    shop.tell(revised(TOLD, seller_memo="新备注"))
    with pytest.raises(NoteChangedMeanwhile):
        change_note(order.pk, note=Note("改", "red"), seen=seen, actor=clerk, now=NOW)
    assert note_of(order).memo == "新备注"


def test_stranger_writes_nothing(order: Order) -> None:
    actor = UserFactory.create()
    before = rows()
    with pytest.raises(NotAllowed):
        write(order, "改", actor)
    assert (rows(), note_of(order).memo) == (before, "原备注")
