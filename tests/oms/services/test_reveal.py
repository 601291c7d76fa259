"""Who looks at a receiver in clear says what for, and is on record."""

import pytest

from oms.access.checks import NotAllowed
from oms.audit.context import acting_as
from oms.dto import CipherReceiver
from oms.models import EvidenceEntry, Order, TimelineEntry, User
from oms.services import reveal
from oms.services.reveal import reveal_receiver
from tests.factories.basics import NOW, ReceiverFactory, UserFactory
from tests.factories.incoming import HOME
from tests.factories.oms import OrderFactory, grant

pytestmark = pytest.mark.django_db
_PHONE = "13800009876"


@pytest.fixture
def order() -> Order:
    made: Order = OrderFactory.create(receiver=ReceiverFactory.create(receiver=HOME))
    return made


def person(order: Order, role: str = "customer_service") -> User:
    user: User = UserFactory.create()
    grant(user, role, order.store)
    return user


def nothing_written() -> bool:
    return not EvidenceEntry.objects.filter(kind=reveal.KIND).exists() and not (
        TimelineEntry.objects.filter(action="reveal").exists()
    )


def test_receiver_is_shown_and_the_look_is_on_record(order: Order) -> None:
    actor = person(order)
    with acting_as(actor, remote_addr="10.1.2.3"):
        found = reveal_receiver(order.pk, actor=actor, reason="carrier asks", now=NOW)
    assert (found.name, found.phone) == (HOME.name, HOME.phone)
    assert found.address.endswith(HOME.street)
    assert HOME.city in found.address
    entry = EvidenceEntry.objects.get(kind=reveal.KIND)
    assert (entry.subject, entry.actor_id, entry.at) == (f"order:{order.order_no}", actor.pk, NOW)
    assert entry.remote_addr == "10.1.2.3"
    assert entry.facts["purpose"] == "carrier asks"
    look = TimelineEntry.objects.get(subject="order", subject_id=order.pk, action="reveal")
    assert (look.actor, look.note) == (actor, "carrier asks")


def test_record_never_holds_the_datum_itself(order: Order) -> None:
    actor = person(order)
    reveal_receiver(order.pk, actor=actor, reason=f"call {_PHONE} back", now=NOW)
    written = [str(EvidenceEntry.objects.get(kind=reveal.KIND).facts)]
    written.append(TimelineEntry.objects.get(action="reveal").note)
    for text in written:
        assert _PHONE not in text
        assert HOME.phone not in text


@pytest.mark.parametrize("reason", ["", "   "])
def test_no_purpose_no_look(order: Order, reason: str) -> None:
    with pytest.raises(reveal.ReasonMissing):
        reveal_receiver(order.pk, actor=person(order), reason=reason, now=NOW)
    assert nothing_written()


def test_seeing_orders_is_not_seeing_buyers(order: Order) -> None:
    with pytest.raises(NotAllowed):
        reveal_receiver(order.pk, actor=person(order, "finance"), reason="x", now=NOW)
    assert nothing_written()


def test_order_of_another_store_does_not_exist(order: Order) -> None:
    with pytest.raises(Order.DoesNotExist):
        reveal_receiver(order.pk, actor=person(OrderFactory.create()), reason="x", now=NOW)
    assert nothing_written()


def test_what_only_the_platform_can_read_is_said_so() -> None:
    cipher = CipherReceiver(platform_ref="ref", name_cipher="abc", name_mask="张*")
    order = OrderFactory.create(receiver=ReceiverFactory.create(receiver=cipher))
    with pytest.raises(reveal.OnlyThePlatformKnows):
        reveal_receiver(order.pk, actor=person(order), reason="x", now=NOW)
    assert nothing_written()


def test_erased_and_missing_receivers_are_told_apart(order: Order) -> None:
    actor = person(order)
    assert order.receiver is not None
    order.receiver.erased_at = NOW
    order.receiver.save()
    with pytest.raises(reveal.Erased):
        reveal_receiver(order.pk, actor=actor, reason="x", now=NOW)
    Order.objects.filter(pk=order.pk).update(receiver=None)
    with pytest.raises(reveal.NothingToReveal):
        reveal_receiver(order.pk, actor=actor, reason="x", now=NOW)
    assert nothing_written()
