"""The words of the page of all lines: what each sign means, and what to do about each error."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from channels_sync.services.status.errors import Place
from channels_sync.services.status.judging import Level, Sign
from oms.integration.errors import ErrorKind

LEVELS: dict[Level, Promise] = {
    Level.TROUBLE: _("needs somebody"),
    Level.ATTENTION: _("keep an eye on it"),
    Level.PAUSED: _("stands still on purpose"),
    Level.FINE: _("all is well"),
}
TONES = {
    Level.TROUBLE: "red",
    Level.ATTENTION: "amber",
    Level.PAUSED: "grey",
    Level.FINE: "green",
}
SIGNS: dict[Sign, Promise] = {
    Sign.ACCESS_OVER: _("authorization is over"),
    Sign.NOT_AUTHORIZED: _("not authorized yet"),
    Sign.OPEN: _("left alone, does not answer"),
    Sign.FAR_BEHIND: _("far behind"),
    Sign.PUSHES_STUCK: _("messages wait for a person"),
    Sign.PUSHES_LATE: _("messages wait too long"),
    Sign.PROBING: _("about to be tried"),
    Sign.FAILING: _("failing"),
    Sign.BACKLOG: _("works off a backlog"),
    Sign.ACCESS_SOON: _("authorization ends soon"),
    Sign.STOCK_BLOCKED: _("stock waits for a person"),
    Sign.NOT_TAKEN_IN: _("orders not taken in"),
    Sign.PAUSED: _("paused"),
    Sign.OFF: _("switched off"),
}
PLACES: dict[Place, Promise] = {
    Place.LINE: _("line"),
    Place.TOKEN: _("authorization"),
    Place.PULL: _("pull"),
    Place.PUSH: _("message to the channel"),
    Place.STOCK: _("stock"),
}
ADVICE: dict[str, Promise] = {
    ErrorKind.THROTTLE: _(
        "The platform asks us to go slower. It goes on by itself, and nothing is lost."
    ),
    ErrorKind.RETRY: _(
        "The platform does not answer properly. It is tried again by itself; if it lasts for "
        "hours, look at the platform's notices."
    ),
    ErrorKind.REFRESH_TOKEN: _(
        "The access is out of date and is renewed by itself. If it stays, check the clock of this "
        "computer, then authorize again."
    ),
    ErrorKind.REAUTHORIZE: _(
        "The platform does not let us in any more. Open the connection and authorize again; check "
        "there that the app still has its rights."
    ),
    ErrorKind.FATAL: _(
        "The platform refuses this as it is. Open it, mend what it names, then try again."
    ),
    ErrorKind.TREAT_AS_DONE: _("The platform had it already. Nothing needs to be done."),
}
UNKNOWN = _("It is tried again by itself. If it stays, open it and read the last call.")
OURS = _("A fault of ours. Tell whoever runs this system; the log has the rest.")


def advice(kind: str, code: str) -> Promise:
    """Return what a person does about an error."""
    return OURS if code == "local:fault" else ADVICE.get(kind, UNKNOWN)
