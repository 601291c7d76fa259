"""Write one street, house and unit in one way, and never two units in the same. Pure.

When in doubt two texts stay different: a missed merge costs one parcel, a wrong one sends goods to
somebody else. The row of digit groups in a text is never changed, joined or cut.
"""

import re
from typing import Final

from oms.privacy.numerals import arabic_units
from oms.privacy.spacing import drop_idle_spaces, tighten

# Only words of addresses: a table of all traditional characters would also meet people's names.
_SIMPLIFIED: Final = str.maketrans("號樓單層區縣鎮鄉門棟莊廈東廣", "号楼单层区县镇乡门栋庄厦东广")
# USPS Publication 28, appendix C: street suffixes (C1) and secondary unit designators (C2).
_WORDS: Final = {
    "av": "avenue", "ave": "avenue", "bldg": "building", "blvd": "boulevard", "cir": "circle",
    "ct": "court", "dr": "drive", "fl": "floor", "hwy": "highway", "ln": "lane",
    "pkwy": "parkway", "pl": "place", "rd": "road", "rm": "room", "sq": "square",
    "st": "street", "ste": "suite", "str": "street", "ter": "terrace",
}  # fmt: skip
# "3#201" and "3#楼" are building 3; only a sign that follows no digit stands for a unit.
_UNIT_SIGN: Final = re.compile(r"(?<![0-9#])#+(?=[0-9a-z])")
_UNIT: Final = re.compile(r"(?<!\w)(?:(?:apartment|apt|unit)(?: (?=[0-9a-z])|(?=[0-9])))+")
_WORD: Final = re.compile(r"(?<!\w)(?<!unit )[a-z]+(?!\w)")


def normalize_street(text: str) -> str:
    """Return street, house and unit in their one form, lower case and half width."""
    numbered = arabic_units(tighten(text).translate(_SIMPLIFIED))
    united = _UNIT.sub("unit ", drop_idle_spaces(_UNIT_SIGN.sub(" unit ", numbered)))
    return _WORD.sub(lambda word: _WORDS.get(word[0], word[0]), united)
