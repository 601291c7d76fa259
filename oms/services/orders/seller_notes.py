"""The seller's note and flag of an order, written here or at the channel: nothing is lost."""

from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from django.utils.translation import gettext_lazy as _

from oms.access.checks import require
from oms.audit import timeline
from oms.dto import IncomingOrder
from oms.events import bus
from oms.events.types import OrdersNoted
from oms.models import Order, SellerNote, User
from oms.models.locking import atomic_service, lock_row
from oms.refusals import Refusal
from oms.registries import note_rules
from oms.rules.two_sides import Settled, both, same, settle

RIGHT = "edit_orders"
_KEPT = 10
"""So many earlier words are remembered on each side of the note."""


class NoteChangedMeanwhile(Refusal):
    message = _("The note was changed meanwhile, here or at the channel. Look, then write again.")


class SameNote(Refusal):
    message = _("Note and flag are what they were.")


class NoteTooLong(Refusal):
    message = _("The channel takes %(most)s characters at most; these are %(count)s.")


class NoSuchFlag(Refusal):
    message = _("The channel has no such flag.")


@dataclass(frozen=True, slots=True)
class Note:
    """What an order says: ``mark`` names exactly these words, to see whether they changed."""

    memo: str
    flag: str

    @classmethod
    def of(cls, order: Order) -> "Note":
        return cls(order.seller_memo, order.seller_flag)

    @property
    def mark(self) -> str:
        return sha256(f"{self.flag}\n{self.memo}".encode()).hexdigest()[:16]


@atomic_service
def change_note(order_id: int, *, note: Note, seen: str, actor: User, now: datetime) -> None:
    """Write the seller's note and flag of an order; its channel is told, if it takes notes.

    ``seen`` is the mark of the note that the person had before his eyes.

    :raises NotAllowed: if the person may not edit orders of the store
    :raises NoteChangedMeanwhile: if it is another one by now
    :raises SameNote, NoteTooLong, NoSuchFlag: if there is nothing to write, or it cannot be told
    """
    order = lock_row(Order, order_id)
    require(actor, RIGHT, order.store)
    old = Note.of(order)
    if seen != old.mark:
        raise NoteChangedMeanwhile
    if note == old:
        raise SameNote
    _check(order, note)
    _write(order, note, actor=actor, now=now)


def _check(order: Order, note: Note) -> None:
    rules = note_rules(order.store_id)
    if len(note.memo) > rules.longest:
        raise NoteTooLong(most=rules.longest, count=len(note.memo))
    if note.flag != order.seller_flag and note.flag not in rules.flags:
        raise NoSuchFlag


def _write(order: Order, note: Note, *, actor: User | None, now: datetime) -> None:
    row = _row(order, now=now)
    old = Note.of(order)
    _remember(row, old)
    order.seller_memo, order.seller_flag = note.memo, note.flag
    order.save(update_fields=["seller_memo", "seller_flag"])
    row.number += 1
    row.clashed_at = None
    row.changed_at, row.changed_by = now, actor
    row.save()
    changed = [name for name in ("memo", "flag") if getattr(old, name) != getattr(note, name)]
    timeline.record(
        Order.SUBJECT, order.pk, "note", at=now, actor=actor, detail={"changed": changed}
    )
    bus.publish(OrdersNoted([order.pk]), now=now)


def _row(order: Order, *, now: datetime) -> SellerNote:
    """Return the locked row; made from what the channel told, which is what stands there now."""
    first = {
        "channel_memo": order.seller_memo,
        "channel_flag": order.seller_flag,
        "known_at": order.channel_modified_at or now,
        "changed_at": now,
    }
    row, _made = SellerNote.objects.select_for_update().get_or_create(order=order, defaults=first)
    return row


def _remember(row: SellerNote, note: Note) -> None:
    for key, words in (("memo", (row.channel_memo, note.memo)), ("flag", (note.flag,))):
        kept = [word for word in row.past.get(key, ()) if word not in words]
        row.past[key] = [*kept, *filter(None, dict.fromkeys(words))][-_KEPT:]


@atomic_service
def mark_told(order_id: int, *, number: int) -> None:
    """Note that the channel has the note as it was at its change ``number``, or a newer one."""
    row = (
        SellerNote.objects.select_for_update(of=("self",))
        .select_related("order")
        .get(order=order_id)
    )
    if row.told_number >= number:
        return
    row.told_number = min(number, row.number)
    if not row.is_waiting:
        _remember(row, Note(row.channel_memo, row.channel_flag))
        row.channel_memo, row.channel_flag = row.order.seller_memo, row.order.seller_flag
        row.known_at = row.order.channel_modified_at or row.known_at
    row.save()


def settled(order: Order, *, incoming: IncomingOrder) -> dict[str, object]:
    """Return what note and flag are after a revision, for an order whose note was written here."""
    row = getattr(order, "own_note", None)
    if row is None:
        return {}
    memo, flag = _sides(order, row, incoming)
    text = both(memo.known, memo.ours) if memo.is_clash else memo.ours
    return {"seller_memo": text, "seller_flag": flag.ours}


def follow_channel(order: Order, *, incoming: IncomingOrder, before: Note, now: datetime) -> None:
    """Note what the channel told of an order whose note was written here; a clash goes back there.

    ``before`` is what stood here until the revision, whose words are on the order already.
    """
    if getattr(order, "own_note", None) is None:
        return
    row = SellerNote.objects.select_for_update().get(order=order)
    memo, flag = _sides(order, row, incoming, ours=before)
    if memo.known == row.channel_memo and flag.known == row.channel_flag:
        return
    _remember(row, before)
    row.channel_memo, row.channel_flag = memo.known, flag.known
    row.known_at = incoming.channel_modified_at
    if memo.is_clash or flag.is_clash:
        row.number += 1
        row.clashed_at = row.changed_at = now
        row.changed_by = None
        words = f"{flag.known} → {flag.ours}" if flag.is_clash else ""
        timeline.record(Order.SUBJECT, order.pk, "note_clash", at=now, note=words)
        bus.publish(OrdersNoted([order.pk]), now=now)
    elif not _differs(order, row):
        row.told_number = row.number
    row.save()


def _sides(
    order: Order, row: SellerNote, incoming: IncomingOrder, *, ours: Note | None = None
) -> tuple[Settled, Settled]:
    mine = ours or Note.of(order)
    is_newer = incoming.channel_modified_at > row.known_at
    pairs = (
        ("memo", incoming.seller_memo, mine.memo, row.channel_memo),
        ("flag", incoming.seller_flag[:16], mine.flag, row.channel_flag),
    )
    memo, flag = (
        settle(
            told,
            ours=here,
            known=known,
            past=row.past.get(key, ()),
            is_waiting=row.is_waiting,
            is_newer=is_newer,
        )
        for key, told, here, known in pairs
    )
    return memo, flag


def _differs(order: Order, row: SellerNote) -> bool:
    return not same(order.seller_memo, row.channel_memo) or order.seller_flag != row.channel_flag
