"""Fold text so that one thing written two ways becomes one text. Pure."""

import re
import unicodedata

_WIDE = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x3000: 0x20}
_INVISIBLE = {"Cf", "Cc", "Cs", "Zl", "Zp", "Zs"}
_DIGIT = re.compile(r"\d")


def utf8(text: str) -> bytes:
    """Encode any text; half an emoji, cut off by a platform, becomes U+FFFD.

    No column, page or label can carry a lone surrogate, and an encoding error would quote the text.
    """
    try:
        return text.encode()
    except UnicodeEncodeError:
        pass
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace").encode()


def clean(text: str) -> str:
    """Return text that every database and page can carry: no NUL, no half character."""
    return utf8(text).decode().replace("\x00", "").strip()


def fold(text: str) -> str:
    """Return the text in half width, lower case and NFKC, invisible characters as or without space.

    A digit hidden in a sign ("①", "²") is set apart by spaces: "1²" must never read "12".
    """
    text = text.translate(_WIDE)
    if not (text.isprintable() and unicodedata.is_normalized("NFKC", text)):
        text = "".join(map(_fold_character, unicodedata.normalize("NFC", text)))
    return text.lower() if text.isascii() else _settle(text)


def squeeze(text: str) -> str:
    """Return the text with every run of white space as one space, and none at the ends."""
    return " ".join(text.split())


def _fold_character(character: str) -> str:
    plain = unicodedata.normalize("NFKC", character)
    if plain != character and _DIGIT.search(plain):
        plain = f" {plain} "
    return "".join(map(_visible, plain))


def _visible(character: str) -> str:
    category = unicodedata.category(character)
    if category not in _INVISIBLE:
        return character
    return "" if category == "Cf" else " "


def _settle(text: str) -> str:
    """Repeat the case folding until nothing changes: it may undo a composition."""
    again = unicodedata.normalize("NFKC", text.casefold())
    return text if again == text else _settle(again)
