"""The sidebar and the tabs, made from what each page says of itself and what a person may use."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from enum import Enum
from typing import Any

from django.contrib.admin import AdminSite, site
from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from oms.models import User


class Group(Enum):
    """The areas of the sidebar, from top to bottom."""

    ORDERS = "orders"
    SHIPPING = "shipping"
    STOCK = "stock"
    RETURNS = "returns"
    CHANNELS = "channels"
    RULES = "rules"
    REPORTS = "reports"
    TRUST = "trust"
    SETTINGS = "settings"
    ENGINE = "engine"


LABELS: dict[Group, Promise | str] = {
    Group.ORDERS: _("Orders"),
    Group.SHIPPING: _("Shipping"),
    Group.STOCK: _("Stock"),
    Group.RETURNS: _("After-sales"),
    Group.CHANNELS: _("Channels"),
    Group.RULES: _("Rules"),
    Group.REPORTS: _("Reports"),
    Group.TRUST: _("Rights and audit"),
    Group.SETTINGS: _("Settings"),
    Group.ENGINE: _("Engine room"),
}
_QUIET = frozenset({Group.TRUST, Group.SETTINGS, Group.ENGINE})
"""Areas that are folded until somebody needs them."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a page stands in the sidebar. ``title`` is the model's plural unless given."""

    group: Group
    icon: str
    order: int = 50
    title: Promise | str = ""


@dataclass(frozen=True, slots=True)
class Shortcut:
    """A further entry below a page: one of its queues. ``query`` is what follows the "?"."""

    title: Promise | str
    query: str
    icon: str


@dataclass(frozen=True, slots=True)
class Tab:
    """A queue above a list; ``count`` is shown unless None."""

    title: Promise | str
    query: str
    count: int | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the menu, as the first page shows it too."""

    title: str
    icon: str
    url: str
    active: bool


@dataclass(frozen=True, slots=True)
class Extra:
    """A page that is not of one table. ``url_name`` is one of the admin's; ``may`` who uses it."""

    place: Place
    url_name: str
    may: Callable[[User], bool]


extras: list[Extra] = []


def areas(request: HttpRequest) -> list[tuple[Group, list[Entry]]]:
    """Return the areas in which the person may use anything, with their pages."""
    return [(group, entries) for group in Group if (entries := _entries(request, group))]


def sidebar(request: HttpRequest) -> list[dict[str, Any]]:
    """Return the navigation as the theme wants it."""
    home = reverse("admin:index")
    work = Entry(gettext("Workbench"), "dashboard", home, request.path == home)
    groups: list[dict[str, Any]] = [{"items": [_as_dict(work)]}]
    found = areas(request)
    here = _nearest(entry for _group, entries in found for entry in entries)
    for group, entries in found:
        items = [_as_dict(replace(entry, active=entry is here)) for entry in entries]
        quiet = group in _QUIET
        groups.append({"title": str(LABELS[group]), "collapsible": quiet, "items": items})
    return groups


def _nearest(entries: Iterable[Entry]) -> Entry | None:
    """Find the one entry to mark: a page may stand below the address of another one's list."""
    marked = [entry for entry in entries if entry.active]
    return max(marked, key=lambda entry: len(entry.url), default=None)


def tabs(request: HttpRequest) -> list[dict[str, Any]]:
    """Return the tabs of the list that is open, if it has any."""
    match = request.resolver_match
    for model, page in site._registry.items():
        name = f"{model._meta.app_label}_{model._meta.model_name}_changelist"
        if match is not None and match.url_name == name and hasattr(page, "tabs"):
            url = reverse(f"admin:{name}")
            found = page.tabs(request) if page.has_view_permission(request) else ()
            items = [_tab(request, url, tab, found) for tab in found]
            return [{"models": [str(model._meta)], "items": items}]
    return []


def _tab(request: HttpRequest, url: str, tab: Tab, among: Sequence[Tab]) -> dict[str, Any]:
    title = str(tab.title) if tab.count is None else f"{tab.title} {tab.count}"
    link = f"{url}?{tab.query}" if tab.query else url
    others = [other.query for other in among if other is not tab]
    active = _holds(request, tab.query, others)
    return {"title": title, "link": link, "active": active, "has_permission": True}


def _entries(request: HttpRequest, group: Group) -> list[Entry]:
    pages = _pages(request, group)
    found = [
        (place.order, entry) for place, page in pages for entry in _lines(request, place, page)
    ]
    found += _extra_entries(request, group)
    return [entry for _order, entry in sorted(found, key=lambda line: line[0])]


def _extra_entries(request: HttpRequest, group: Group) -> Iterator[tuple[int, Entry]]:
    user = request.user
    for extra in extras:
        if extra.place.group is group and isinstance(user, User) and extra.may(user):
            url, place = reverse(f"admin:{extra.url_name}"), extra.place
            here = request.path.startswith(url)
            yield place.order, Entry(str(place.title), place.icon, url, here)


def _pages(request: HttpRequest, group: Group) -> Iterator[tuple[Place, Any]]:
    admin_site: AdminSite = site
    for page in admin_site._registry.values():
        place = getattr(page, "menu", None)
        if place is not None and place.group is group and page.has_view_permission(request):
            yield place, page


def _lines(request: HttpRequest, place: Place, page: Any) -> Iterator[Entry]:
    options = page.model._meta
    url = reverse(f"admin:{options.app_label}_{options.model_name}_changelist")
    shortcuts: Sequence[Shortcut] = page.shortcuts
    here = request.path.startswith(url)
    queries = [shortcut.query for shortcut in shortcuts]
    title = str(place.title or options.verbose_name_plural)
    title = title[:1].upper() + title[1:]
    yield Entry(title, place.icon, url, here and _holds(request, "", queries))
    for shortcut in shortcuts:
        active = here and _holds(request, shortcut.query, [])
        yield Entry(str(shortcut.title), shortcut.icon, f"{url}?{shortcut.query}", active)


def _holds(request: HttpRequest, query: str, others: Sequence[str]) -> bool:
    """Tell whether this address shows a query's rows; the plain list shows what no other does."""
    given = request.GET.urlencode().split("&")
    if query:
        return query in given
    return not any(other in given for other in others if other)


def _as_dict(entry: Entry) -> dict[str, Any]:
    return {
        "title": entry.title,
        "icon": entry.icon,
        "link": entry.url,
        "active": entry.active,
        "has_permission": True,
    }
