"""What people see when something broke: what to do, and a number to quote."""

import logging

from django.http import HttpRequest, HttpResponse, HttpResponseServerError
from django.template.loader import render_to_string

from oms.audit.context import acting

logger = logging.getLogger(__name__)


def server_error(request: HttpRequest) -> HttpResponse:
    """Answer with the correlation id, which stands in the log beside the error.

    Nothing is asked of the database here: it may be what broke.
    """
    number = acting().correlation_id
    logger.error("shown as %s: %s", number or "-", request.path)
    return HttpResponseServerError(render_to_string("500.html", {"number": number}))
