"""Weidian signs nothing: a call is two JSON texts in a form, the token one of them. Pure."""

import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode


def form_body(param: Mapping[str, Any], public: Mapping[str, Any]) -> str:
    """Return the body of a call: business parameters, and who calls what in which version."""
    return urlencode({"param": _compact(param), "public": _compact(public)})


def _compact(told: Mapping[str, Any]) -> str:
    return json.dumps(told, ensure_ascii=False, separators=(",", ":"))
