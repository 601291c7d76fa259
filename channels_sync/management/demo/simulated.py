"""The demo's hand on the simulated shops: it presses the buttons of their control page."""

from collections.abc import Mapping
from dataclasses import replace

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from oms.integration.errors import IntegrationError
from oms.integration.http import Http, Timeouts
from oms.integration.pacing import ONCE
from oms.integration.wire import CallRecord, HttpResponse, form_request
from oms.refusals import Refusal

_TIMEOUTS = Timeouts(connect=2, read=8, total=10)
_DONE, _REFUSED = 303, 400


class NobodyThere(Refusal):
    message = _("The simulated shop does not answer. Is it running? “make run” starts it.")


class NotDone(Refusal):
    message = _("The simulated shop could not do that now.")


def press(action: str, fields: Mapping[str, str]) -> None:
    """Press a button; what the buyer does then comes to us as a signed message.

    :raises NobodyThere: if the simulator does not answer
    :raises NotDone: if it is against the shop's rules
    """
    form = form_request(f"demo {action}", fields, path=f"/_control/{action}")
    request = replace(form, accept=frozenset({_DONE, _REFUSED}))
    with Http(
        kind="simulator",
        base_url=settings.SIMULATED_SHOPS,
        log=_write_nothing,
        retry=ONCE,
        timeouts=_TIMEOUTS,
    ) as http:
        try:
            status = http.call(request, _status)
        except IntegrationError as error:
            raise NobodyThere from error
    if status != _DONE:
        raise NotDone


def _status(response: HttpResponse) -> int:
    return response.status


def _write_nothing(record: CallRecord) -> None:
    """A button of the demo is no call to a platform."""
