"""What a person is asked before listings stand for something else."""

from collections.abc import Sequence

from django.utils.translation import gettext as _

from oms.admin.confirm import Question
from oms.models import Order
from oms.services.listings.previewing import Preview

_SHOWN = 50


def question_of(
    preview: Preview,
    *,
    back: str,
    hidden: Sequence[tuple[str, str]],
    listings: Sequence[str] = (),
) -> Question:
    """Return the question about a change, with the orders that follow and those that stay."""
    text = _(
        "%(will)d open orders get the new goods, %(wont)d cannot and stay as they are, "
        "%(released)d are in the warehouse already and stay as they are."
    )
    counts = {
        "will": preview.following,
        "wont": len(preview.wont),
        "released": preview.released,
    }
    return Question(
        title=_("Change the mapping"),
        text=text % counts,
        yes=_("Change it"),
        back=back,
        effects=[
            *listings,
            _("Orders on a document that no warehouse has yet are taken off it and lined up anew."),
            _("What was paid stays with each line. The change can be taken back."),
        ],
        will=[_name(order) for order in preview.will[:_SHOWN]],
        wont=[(_name(one.order), one.why) for one in preview.wont[:_SHOWN]],
        hidden=hidden,
    )


def _name(order: Order) -> str:
    return f"{order.order_no} · {order.channel_order_no or '-'} · {order.get_status_display()}"
