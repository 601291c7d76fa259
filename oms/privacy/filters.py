"""Keep personal data out of the logs, whatever a caller hands to them. Pure.

Masked are mobile numbers (11 digits from 1, with +86, spaces or dashes between 3-4-4), e-mail
addresses, and long tokens of mixed case and digits (ciphertext, access tokens). The trade-off:
order and waybill numbers must stay readable, so a number inside a longer run of digits is left
alone; so are fixed lines, names and addresses, which nothing tells from other text, and hex
digests. An 11-digit number of another kind that begins like a mobile number is masked as well.
"""

import logging
import re
from collections.abc import Mapping
from itertools import pairwise
from typing import Any, Final

from oms.privacy.mask import mask_email, mask_phone

_PHONE: Final = re.compile(
    r"(?<!\d)(?:(?:\+|00)?86[- ]?)?([1１][3-9３-９]\d[- ]?\d{4}[- ]?\d{4})(?:-\d{2,6})?(?!\d)"
)
_EMAIL: Final = re.compile(r"(?<![\w.%+-])[\w.%+-]++@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+")
_TOKEN: Final = re.compile(r"[A-Za-z0-9+/_-]{32,}={0,2}")
_WORD: Final = re.compile("[a-z]{4,}")
# Of random base64, 62 % of the places change between upper case, lower case and digit, and 9 % are
# in runs of small letters; of paths and camel case it is about 30 % and 70 %.
_LEAST_CHANGES: Final = 0.4
_MOST_WORDS: Final = 0.4
_STANDARD: Final = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime"}
_FORMATTER: Final = logging.Formatter()


def redact(text: str) -> str:
    """Return the text with phone numbers, e-mail addresses and ciphertext masked."""
    text = _TOKEN.sub(_mask_token, text)
    if "@" in text:
        text = _EMAIL.sub(lambda found: mask_email(found[0]), text)
    return _PHONE.sub(lambda found: mask_phone(found[1]), text)


class MaskPersonalData(logging.Filter):
    """Mask message, arguments, extra texts and traceback of every record; never drops one.

    Put it on handlers: a filter on a logger does not see the records of the loggers below it.
    """

    def filter(self, record: logging.LogRecord) -> bool:
        """Mask the record in place, and let it pass."""
        _mask_message(record)
        for name, value in record.__dict__.items():
            if name not in _STANDARD and isinstance(value, str):
                record.__dict__[name] = redact(value)
        if record.exc_info and not record.exc_text:
            record.exc_text = _FORMATTER.formatException(record.exc_info)
        record.exc_text = record.exc_text and redact(record.exc_text)
        record.stack_info = record.stack_info and redact(record.stack_info)
        return True


def _mask_message(record: logging.LogRecord) -> None:
    """Put the masked, finished message in place where it or an argument names a person."""
    try:
        message = record.getMessage()
    except (TypeError, ValueError, KeyError):
        # logging would print the unformatted parts to stderr, unmasked.
        message = f"{record.msg} {record.args!r}"
        record.msg, record.args = redact(message), None
        return
    masked = redact(message)
    if masked != message or _tells_more(record.args):
        record.msg, record.args = masked, None


def _tells_more(arguments: Any) -> bool:
    values = arguments.values() if isinstance(arguments, Mapping) else arguments or ()
    return any(isinstance(value, str) and redact(value) != value for value in values)


def _mask_token(found: re.Match[str]) -> str:
    token = found[0]
    kinds = [_kind(character) for character in token if character.isalnum()]
    if len(set(kinds)) < 3:
        return token
    changes = sum(before != after for before, after in pairwise(kinds))
    words = sum(map(len, _WORD.findall(token)))
    if changes < _LEAST_CHANGES * len(kinds) or words > _MOST_WORDS * len(kinds):
        return token
    return f"[ciphertext {len(token)}]"


def _kind(character: str) -> str:
    if character.isdigit():
        return "digit"
    return "upper" if character.isupper() else "lower"
