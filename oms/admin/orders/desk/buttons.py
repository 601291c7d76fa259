"""The words of each act: what its button says, what it asks, what it tells when it is done."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from oms.access.checks import scope
from oms.admin.orders.desk import effects
from oms.models import User
from oms.services.desk.acts import ACTS, Act
from oms.services.standing import Standing

Text = str | Promise
Effects = Callable[[Standing, datetime], Iterator[str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Button:
    """``reason`` labels the field of why ("" = none is asked), ``suggestions`` are its answers."""

    act: Act
    title: Text
    icon: str
    done: Text
    done_many: Text
    effects: Effects
    reason: Text = ""
    suggestions: Sequence[Text] = ()
    danger: bool = False
    leads: bool = False
    """The next step of an order on which it is possible: shown first and in colour."""


_BUTTONS = (
    Button(
        act=ACTS["approve"],
        title=_("Approve"),
        icon="task_alt",
        done=_("Order %(no)s is approved."),
        done_many=_("%(n)d orders are approved."),
        effects=effects.of_approve,
        leads=True,
    ),
    Button(
        act=ACTS["release_now"],
        title=_("Release now"),
        icon="bolt",
        done=_("Order %(no)s waits no longer."),
        done_many=_("%(n)d orders wait no longer."),
        effects=effects.of_release_now,
    ),
    Button(
        act=ACTS["release"],
        title=_("End hold"),
        icon="play_arrow",
        done=_("Order %(no)s: hold ended."),
        done_many=_("The holds of %(n)d orders are ended."),
        effects=effects.of_release,
        reason=_("What was settled"),
        suggestions=(_("Address confirmed"), _("Buyer confirmed"), _("Amount is right")),
        leads=True,
    ),
    Button(
        act=ACTS["hold"],
        title=_("Hold"),
        icon="pause",
        done=_("Order %(no)s is held."),
        done_many=_("%(n)d orders are held."),
        effects=effects.of_hold,
        reason=_("Why it is held"),
        suggestions=(
            _("Address to be confirmed"),
            _("Buyer wants it later"),
            _("Buyer wants other goods"),
            _("Looks like a fake order"),
            _("Price to be checked"),
        ),
    ),
    Button(
        act=ACTS["unapprove"],
        title=_("Back to review"),
        icon="undo",
        done=_("Order %(no)s waits for review again."),
        done_many=_("%(n)d orders wait for review again."),
        effects=effects.of_unapprove,
        reason=_("Why"),
        suggestions=(_("Address to be confirmed"), _("Price to be checked")),
    ),
    Button(
        act=ACTS["take_out"],
        title=_("Take out of merge"),
        icon="call_split",
        done=_("Order %(no)s left its merge and goes alone."),
        done_many=_("%(n)d orders left their merges."),
        effects=effects.of_take_out,
        reason=_("Why it goes alone"),
        suggestions=(_("Gift for another person"), _("Buyer wants two parcels")),
    ),
    Button(
        act=ACTS["keep_apart"],
        title=_("Keep apart"),
        icon="do_not_disturb_on",
        done=_("Order %(no)s goes alone."),
        done_many=_("%(n)d orders go alone."),
        effects=effects.of_keep_apart,
        reason=_("Why it goes alone"),
        suggestions=(_("Gift for another person"), _("Buyer wants two parcels")),
    ),
    Button(
        act=ACTS["allow_merging"],
        title=_("Let it merge"),
        icon="merge",
        done=_("Order %(no)s waits for siblings again."),
        done_many=_("%(n)d orders wait for siblings again."),
        effects=effects.of_allow_merging,
    ),
    Button(
        act=ACTS["cancel"],
        title=_("Cancel order"),
        icon="block",
        done=_("Order %(no)s is cancelled."),
        done_many=_("%(n)d orders are cancelled."),
        effects=effects.of_cancel,
        reason=_("Why it is cancelled"),
        suggestions=(
            _("Buyer does not want it any more"),
            _("Ordered twice"),
            _("Goods cannot be had"),
        ),
        danger=True,
    ),
)
BUTTONS = {button.act.key: button for button in _BUTTONS}


def possible(user: User, standing: Standing, now: datetime) -> list[Button]:
    """Return the buttons that the person's rights and the order's state allow."""
    store_id = standing.order.store_id
    rights = scope(user)
    return [
        button
        for button in _BUTTONS
        if store_id in rights.stores(button.act.permission)
        and button.act.against(standing, now=now) is None
    ]
