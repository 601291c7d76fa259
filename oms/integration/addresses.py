"""Addresses that a person enters and that we then call: never into our own network."""

import ipaddress
import socket
from contextlib import suppress
from urllib.parse import urlsplit

from django.utils.translation import gettext_lazy as _

from oms.refusals import Refusal


class BadAddress(Refusal):
    message = _("The address %(address)s cannot be used: %(why)s")


def check_address(url: str, *, allow_private: bool) -> None:
    """Refuse an address that is none, is not encrypted, or lies in a private network.

    The name is looked up now; what it means later is not watched. A name that nobody knows passes:
    the connection test will tell.

    :raises BadAddress: telling why
    """
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise BadAddress(address=url, why=_("it has to begin with https:// and name a host."))
    if parts.username or parts.password:
        raise BadAddress(address=parts.hostname, why=_("keys do not belong into the address."))
    if allow_private:
        return
    if parts.scheme != "https":
        raise BadAddress(address=url, why=_("it is not encrypted (https)."))
    if any(_is_private(found) for found in _addresses(parts.hostname)):
        raise BadAddress(address=parts.hostname, why=_("it lies inside a private network."))


def _addresses(host: str) -> set[str]:
    with suppress(ValueError):
        return {str(ipaddress.ip_address(host))}
    try:
        return {str(info[4][0]) for info in socket.getaddrinfo(host, None)}
    except (OSError, UnicodeError):
        return set()


def _is_private(text: str) -> bool:
    return not ipaddress.ip_address(text.partition("%")[0]).is_global
