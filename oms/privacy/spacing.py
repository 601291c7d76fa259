"""Drop the spaces and the punctuation that mean nothing, keep those that separate. Pure.

Beside a Han word they say nothing ("科技 路，1号" is "科技路1号"); between two numbers, or a number
and a letter, they tell "3 201" from "3201" and "12 B Street" from "12B Street".
"""

import re
import unicodedata
from typing import Final

from oms.privacy.numerals import NUMERALS
from oms.privacy.text import fold, squeeze

NUMBER: Final = f"0-9{NUMERALS}"
_HAN: Final = "々\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003134f"
# One character of a number or of an alphabetic word: it would run into the next one.
_RUNNING: Final = rf"(?:[{NUMBER}]|(?![{_HAN}])[^\W_])"
_BETWEEN_NUMBERS: Final = re.compile(rf"(?<=[{NUMBER}]) ?([.,:]) ?(?=[{NUMBER}])")
_SILENT: Final = re.compile(
    rf"(?<![{NUMBER}])[.,:]|[.,:](?![{NUMBER}])"
    r"""|[;!?。'"“”‘’`()\[\]{}<>《》〈〉「」『』【】|·•・‧_]"""
)
_SIGN: Final = re.compile(r" ?([^\w\s]) ?")
_DASH: Final = re.compile("[‐-―−]")
_IDLE_DASH: Final = re.compile(rf"-(?!{_RUNNING})")
_IDLE_SPACE: Final = re.compile(rf"(?<!{_RUNNING}) | (?!{_RUNNING})")


def tighten(text: str) -> str:
    """Return the folded text without idle spaces and punctuation; the result stays the same again.

    A dash stays before a number or letter, since "B座-1层" is the basement and "B座1层" is not.
    """
    folded = fold(text)
    if folded.isalnum():
        return folded
    folded = _DASH.sub("-", folded.replace("、", ","))
    spaced = _SILENT.sub(" ", _BETWEEN_NUMBERS.sub(r"\1", squeeze(folded)))
    dashed = _IDLE_DASH.sub(" ", _SIGN.sub(r"\1", squeeze(spaced)))
    tight = drop_idle_spaces(_SIGN.sub(r"\1", squeeze(dashed)))
    # An accent that stood behind a space may have found a letter: fold that pair too.
    return tight if unicodedata.is_normalized("NFKC", tight) else tighten(tight)


def drop_idle_spaces(text: str) -> str:
    """Return the text with a space only between two words or numbers that would run together."""
    return _IDLE_SPACE.sub("", squeeze(text))
