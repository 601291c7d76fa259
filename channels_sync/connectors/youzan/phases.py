"""The two payments of a presale. Pure; the field names are those of the SDK and of few samples."""

from channels_sync.connectors.fields import Fields
from channels_sync.connectors.values import beijing, needed, reference, rows, truth, whole, yuan
from oms.dto import IncomingPayment, PaymentPhase

_NUMBERS = ("inner_transaction_no", "outer_transaction_no")


def to_phases(info: Fields, pay: Fields) -> tuple[IncomingPayment, ...]:
    """Return the payments that were made: those that have a number of a transaction.

    :raises Unreadable: naming the first field that cannot be understood
    """
    told = rows(pay, "phase_payments")
    return tuple(_phase(info, one, count=len(told)) for one in told if _number(one))


def is_presale(order: Fields, pay: Fields) -> bool:
    """Tell whether goods were sold before they are there."""
    return bool(rows(pay, "phase_payments")) or any(
        truth(line, "is_pre_sale") for line in order.items("orders")
    )


def _phase(info: Fields, one: Fields, *, count: int) -> IncomingPayment:
    is_last = whole(one, "phase") >= max(count, 2)
    moments = (beijing(one, "pay_time"), beijing(info, "pay_time"), beijing(info, "created"))
    paid_at = next((moment for moment in moments if moment), None)
    return IncomingPayment(
        payment_no=_number(one),
        amount=yuan(one, "real_price"),
        paid_at=needed(paid_at, info, "created"),
        phase=PaymentPhase.FINAL if is_last else PaymentPhase.DEPOSIT,
    )


def _number(one: Fields) -> str:
    return next(filter(None, (reference(one, key) for key in _NUMBERS)), "")
