"""Why a market does not do something. Platforms have words of their own for each."""

from channels_sync.simulator.ownsite.orders import CannotBeDone


class Refusal(CannotBeDone):
    """Against a rule; the text is shown on the control page."""


class NotFound(Refusal):
    """No such order, line, refund or sku."""


class WrongState(Refusal):
    """Not in the status that this needs."""


class AlreadyShipped(WrongState):
    """It has left before."""


class WrongAmount(Refusal):
    """More money or units than there are, or none."""
