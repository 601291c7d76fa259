"""The page of the signs: what each means, what was measured, what to do about it."""

from dataclasses import dataclass

from django.contrib.admin import site
from django.core.exceptions import PermissionDenied
from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from channels_sync.models import PayoutStatement, StockRule, StoreConnection
from channels_sync.services.health import Level, Sign, check
from oms.access.checks import scope
from oms.admin import show
from oms.admin.menu import Extra, Group, Place, extras
from oms.admin.reach import person
from oms.admin.record import Table
from oms.admin.unscanned import LATE
from oms.models import Order, Shipment, User

_RIGHTS = ("manage_store", "import_orders")
_TONES = {Level.FINE: "green", Level.TROUBLE: "red", Level.UNKNOWN: "grey"}
_WORDS: dict[Level, Promise] = {
    Level.FINE: gettext_lazy("fine"),
    Level.TROUBLE: gettext_lazy("look into it"),
    Level.UNKNOWN: gettext_lazy("not measured"),
}


@dataclass(frozen=True, slots=True)
class Words:
    """``page`` is whose list shows what can be done."""

    title: Promise
    meaning: Promise
    advice: Promise
    page: type[Model]
    query: str = ""


WORDS = {
    "by_hand": Words(
        gettext_lazy("Orders are carried by hand"),
        gettext_lazy(
            "Order files imported for a store, and files of its orders and payouts taken away, on "
            "its worst day of the last seven. More than three a day mean that somebody works "
            "beside the system. Files carried from shop to shop without us cannot be seen here."
        ),
        gettext_lazy("Connect the store to its platform, so that its orders come by themselves."),
        StoreConnection,
    ),
    "conflicts": Words(
        gettext_lazy("Stock conflicts on several channels"),
        gettext_lazy(
            "Orders of the last 24 hours that came in for more than could be sold, per channel. "
            "On two channels or more, they sell the same goods twice."
        ),
        gettext_lazy("Switch the stock rule on for each store, and keep a safety stock."),
        StockRule,
    ),
    "unshipped": Words(
        gettext_lazy("Paid and not shipped"),
        gettext_lazy(
            "Orders past their time to ship, or paid for more than 48 hours where the platform "
            "sets none, of which nothing has left."
        ),
        gettext_lazy("Open the overdue orders and see at which station they stand."),
        Order,
    ),
    "payout": Words(
        gettext_lazy("Money differs from the records"),
        gettext_lazy(
            "Differences that are open between what the platform paid out and the record here. "
            "Without a payout statement of the last 45 days nothing is called fine."
        ),
        gettext_lazy("Bring the payout statement, explain or mend each difference, then sign it."),
        PayoutStatement,
    ),
    "unscanned": Words(
        gettext_lazy("Told as shipped and not scanned"),
        gettext_lazy(
            "Parcels that the channel was told of, or that were handed over, and that no carrier "
            "scanned within the hours that the store allows. Where no carrier can be asked nothing "
            "is known."
        ),
        gettext_lazy(
            "Find the parcels today; tell the channel later if labels are told too early."
        ),
        Shipment,
        f"?scan={LATE}",
    ),
}

extras.append(
    Extra(
        Place(Group.CHANNELS, "monitor_heart", 51, gettext_lazy("Health check")),
        "channel_health",
        lambda user: bool(_stores(user)),
    )
)


@dataclass(frozen=True, slots=True)
class Card:
    """One sign as the page draws it."""

    words: Words
    chip: SafeString
    table: Table
    url: str


def health_view(request: HttpRequest) -> HttpResponse:
    """Show the signs over the stores that the person looks after."""
    stores = _stores(person(request))
    if not stores:
        raise PermissionDenied
    context = {
        **site.each_context(request),
        "title": _("Health check"),
        "cards": [_card(request, sign) for sign in check(stores, now=timezone.now())],
    }
    return TemplateResponse(request, "channels_sync/health.html", context)


def _stores(user: User) -> frozenset[int]:
    return frozenset[int]().union(*(scope(user).ids(right) for right in _RIGHTS))


def _card(request: HttpRequest, sign: Sign) -> Card:
    words = WORDS[sign.key]
    rows = [
        [
            reading.place,
            show.NOTHING if reading.value is None else str(reading.value),
            show.chip(_WORDS[reading.level], _TONES[reading.level]),
        ]
        for reading in sign.readings
    ]
    table = Table((_("where"), _("measured"), _("state")), rows, frozenset({1}))
    chip = show.chip(_WORDS[sign.level], _TONES[sign.level])
    return Card(words, chip, table, _door(request, words))


def _door(request: HttpRequest, words: Words) -> str:
    """Return where something can be done; nothing for a person who may not open that page."""
    page = site._registry[words.page]
    if not page.has_view_permission(request):
        return ""
    options = words.page._meta
    return f"{reverse(f'admin:{options.app_label}_{options.model_name}_changelist')}{words.query}"
