"""How the simulated platforms reach our side."""

import ssl
from functools import cache

import httpx


def straight() -> httpx.HTTPTransport:
    """Go straight to an address, whatever proxy the machine is set to."""
    return httpx.HTTPTransport(verify=_authorities())


@cache
def _authorities() -> ssl.SSLContext:
    """Read the list of certificate authorities once: it takes longer than many a post."""
    return httpx.create_ssl_context()
