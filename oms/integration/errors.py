"""What can go wrong on the other side, in the six classes that a caller acts on."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from enum import StrEnum

from oms.integration.masking import mask_text


class ErrorKind(StrEnum):
    """What to do next; the same six answers for every platform and carrier."""

    THROTTLE = "throttle"
    """Too fast: wait for the hint; nothing was done."""
    RETRY = "retry"
    """Trouble that passes: try again later with the same idempotency key."""
    REFRESH_TOKEN = "refresh_token"  # noqa: S105 - the name of an error class, no secret
    """The token or the timestamp is too old: renew it, then replay once."""
    REAUTHORIZE = "reauthorize"
    """The account itself is refused (key, right, address list): stop it and tell a person."""
    FATAL = "fatal"
    """This request will never succeed as it is: hand it to a person."""
    TREAT_AS_DONE = "treat_as_done"
    """The other side did it earlier; a repeat changes nothing."""


_RETRYABLE = frozenset({ErrorKind.THROTTLE, ErrorKind.RETRY})
_VERDICTS = frozenset({ErrorKind.FATAL, ErrorKind.TREAT_AS_DONE})


class IntegrationError(Exception):
    """A call outside that brought no usable answer.

    ``message`` is in the other side's words, phone numbers masked. ``outcome_unknown`` means that
    the request may have been carried out all the same: ask the other side before repeating it.
    """

    def __init__(
        self,
        message: str,
        *,
        kind: ErrorKind,
        code: str = "",
        request_id: str = "",
        retry_after: timedelta | None = None,
        outcome_unknown: bool = False,
    ) -> None:
        self.message = mask_text(message)
        super().__init__(self.message)
        self.kind = kind
        self.code = code
        self.request_id = request_id
        self.retry_after = retry_after
        self.outcome_unknown = outcome_unknown

    @property
    def retryable(self) -> bool:
        """Whether the same request may succeed later, without anybody changing anything."""
        return self.kind in _RETRYABLE

    @property
    def is_verdict(self) -> bool:
        """Whether the other side judged the request itself, so that every repeat ends the same."""
        return self.kind in _VERDICTS and not self.outcome_unknown

    def __str__(self) -> str:
        return f"{self.message} [{self.code}]" if self.code else self.message


@contextmanager
def changes_nothing() -> Iterator[None]:
    """Call inside for something that changes nothing over there, whatever becomes of the call.

    :raises IntegrationError: as the call does, its outcome never unknown
    """
    try:
        yield
    except IntegrationError as error:
        error.outcome_unknown = False
        raise
