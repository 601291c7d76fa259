"""The look of the back office: one accent colour, our style sheet, menu and tabs from code."""

from typing import Any

from django.http import HttpRequest
from django.templatetags.static import static
from django.utils.translation import gettext_lazy as _


def style(request: HttpRequest) -> str:
    return static("admin_oms/oms.css")


def script(request: HttpRequest) -> str:
    return static("admin_oms/oms.js")


def icon(request: HttpRequest) -> str:
    return static("admin_oms/icon.svg")


# A teal that keeps its contrast on white and on black (4.5:1 from 600 up, from 400 down).
_ACCENT = {
    "50": "oklch(97.8% .014 210)",
    "100": "oklch(94.6% .034 210)",
    "200": "oklch(89.6% .062 210)",
    "300": "oklch(82.6% .096 211)",
    "400": "oklch(73.8% .118 213)",
    "500": "oklch(63.5% .118 216)",
    "600": "oklch(52.5% .104 219)",
    "700": "oklch(45.2% .090 222)",
    "800": "oklch(39.2% .074 224)",
    "900": "oklch(34.6% .060 226)",
    "950": "oklch(25.6% .048 228)",
}

UNFOLD: dict[str, Any] = {
    "SITE_TITLE": "Open OMS",
    "SITE_HEADER": "Open OMS",
    "SITE_SUBHEADER": _("Order management"),
    "SITE_SYMBOL": "inventory_2",
    "SITE_FAVICONS": [{"rel": "icon", "type": "image/svg+xml", "href": icon}],
    "SITE_URL": None,
    "SHOW_BACK_BUTTON": False,
    "SHOW_VIEW_ON_SITE": False,
    "BORDER_RADIUS": "6px",
    "COLORS": {"primary": _ACCENT},
    "STYLES": [style],
    "SCRIPTS": [script],
    "TABS": "oms.admin.menu.tabs",
    "DASHBOARD_CALLBACK": "oms.admin.dashboard.first_page",
    "SIDEBAR": {
        "show_search": True,
        "command_search": True,
    },
}
