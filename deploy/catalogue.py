"""The Chinese catalogue: `python -m deploy.catalogue extract|compile|check`.

`extract` brings locale/zh_Hans/LC_MESSAGES/django.po in line with the texts in the code: new ones
come in empty, for a person to translate, and those that nobody uses any more go. `compile` writes
the .mo that the program loads. `check` fails if either would change anything.

Babel does the work, so that no program outside Python is needed. Texts of libraries that ship no
Chinese, or not all of it, are ours to translate too, because people see them on our pages.
"""

import sys
from collections.abc import Iterator, Sequence
from importlib.util import find_spec
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import DEFAULT_KEYWORDS, extract
from babel.messages.mofile import read_mo, write_mo
from babel.messages.pofile import read_po, write_po
from django.utils.translation.template import templatize

from deploy.paths import ROOT

LANGUAGE = "zh_Hans"
PO_FILE = ROOT / "locale" / LANGUAGE / "LC_MESSAGES" / "django.po"
OURS = ("oms", "channels_sync", "warehouse", "aftersales", "templates")
LIBRARIES = ("unfold", "auditlog", "axes")
REWORDED = (
    " By %(filter_title)s ",
    "Log out",
    "Please enter the correct %(username)s and password for a staff account. "
    "Note that both fields may be case-sensitive.",
)
"""Texts that Django brings in Chinese, but not in words that people in a shop use."""
DJANGO_APPS = ("admin", "auth", "contenttypes", "humanize", "sessions")
_LAZY = {
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext_lazy": (1, 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext_lazy": ((1, "c"), 2, 3),
}
_KEYWORDS = {**DEFAULT_KEYWORDS, **_LAZY}
_SKIPPED = {"migrations", "simulator", "__pycache__", "locale"}
# Parts of libraries that we do not use.
_SKIPPED |= {"constance", "guardian", "inlines", "location_field", "simple_history"}
_DATES = ("POT-Creation-Date", "PO-Revision-Date", "Generated-By", "Report-Msgid-Bugs-To")
Key = tuple[str | None, str]


class AloneAndCounted(ValueError):
    """A text is translated alone in one place and with a number in another. The catalogue keeps one
    entry for both, in which older Pythons (3.11.2) find nothing for the text that stands alone."""

    def __init__(self, file: Path, text: object) -> None:
        super().__init__(f"{file}: {text!r} is also translated in another form")


def wanted(root: Path = ROOT) -> Catalog:
    """Return every text that people can be shown, untranslated.

    :raises AloneAndCounted: if one text is shown both with and without a number
    """
    catalog = Catalog()
    for name in OURS:
        _collect(catalog, root / name)
    known = _translated_elsewhere()
    for name in LIBRARIES:
        theirs = Catalog()
        _collect(theirs, _package(name))
        for message in theirs:
            if message.id and _key(message.id, message.context) not in known:
                catalog.add(message.id, context=message.context)
    for text in REWORDED:
        catalog.add(text)
    return catalog


def updated(written: Catalog, found: Catalog) -> Catalog:
    """Return the texts that were found, with the translations that were written."""
    result = Catalog(locale=LANGUAGE, header_comment="", fuzzy=False)
    for message in found:
        if not message.id:
            continue
        old = written.get(_first(message.id), message.context)
        kept = old.string if old is not None and _same_shape(message.id, old.string) else ""
        result.add(message.id, kept, context=message.context)
    return result


def as_po(catalog: Catalog) -> str:
    """Write a catalogue as text: sorted, without dates and places, so that a diff shows words."""
    stream = BytesIO()
    write_po(stream, catalog, width=0, no_location=True, sort_output=True, ignore_obsolete=True)
    lines = stream.getvalue().decode().splitlines()
    return "\n".join(line for line in lines if not line.startswith(_headers())) + "\n"


def as_mo(catalog: Catalog) -> bytes:
    stream = BytesIO()
    write_mo(stream, catalog)
    return stream.getvalue()


def read(po_file: Path) -> Catalog:
    if not po_file.exists():
        return Catalog(locale=LANGUAGE)
    with po_file.open("rb") as stream:
        return read_po(stream, locale=LANGUAGE)


def main(arguments: Sequence[str], *, po_file: Path = PO_FILE) -> int:
    """Do what the first argument says; return the exit status."""
    fresh = updated(read(po_file), wanted())
    match list(arguments):
        case ["extract"]:
            po_file.parent.mkdir(parents=True, exist_ok=True)
            po_file.write_text(as_po(fresh), encoding="utf-8")
            print(f"{_missing(fresh)} of {len(fresh)} texts wait for a translation: {po_file}")
            return 0
        case ["compile"]:
            po_file.with_suffix(".mo").write_bytes(as_mo(read(po_file)))
            return 0
        case ["check"]:
            return _check(fresh, po_file)
    print(__doc__)
    return 2


def _check(fresh: Catalog, po_file: Path) -> int:
    written = read(po_file)
    ours, theirs = _keys(fresh), _keys(written)
    for word, keys in (("not extracted", ours - theirs), ("not used", theirs - ours)):
        for _context, text in sorted(keys, key=str):
            print(f"{word}: {text!r}")
    return 1 if ours != theirs or _missing(written) else 0


def _collect(catalog: Catalog, directory: Path) -> None:
    for file in sorted(_files(directory)):
        for text, context in _texts(file):
            known = catalog.get(_first(text), context)
            if known is not None and not _same_shape(known.id, text):
                raise AloneAndCounted(file, text)
            catalog.add(text, context=context)


def _files(directory: Path) -> Iterator[Path]:
    for pattern in ("*.py", "*.html", "*.txt"):
        for file in directory.rglob(pattern):
            inside = file.relative_to(directory)
            if not _SKIPPED & set(inside.parts) and "static" not in inside.parts:
                yield file


def _texts(file: Path) -> Iterator[tuple[str | tuple[str, ...], str | None]]:
    source = file.read_text(encoding="utf-8")
    if file.suffix != ".py":
        # What is left of the markup is blanked, but its indentation would not be Python's.
        lines = templatize(source, origin=str(file)).splitlines()
        source = "\n".join(line.lstrip() for line in lines)
    for _line, text, _comments, context in extract(
        "python", BytesIO(source.encode()), keywords=_KEYWORDS, options={"encoding": "utf-8"}
    ):
        if _first(text):
            yield text, context


def _translated_elsewhere() -> set[Key]:
    """Return what Django and the libraries themselves bring in Chinese."""
    django = _package("django")
    roots = [django / "conf", *(django / "contrib" / name for name in DJANGO_APPS)]
    roots += [_package(name) for name in LIBRARIES]
    files = [file for root in roots for file in root.rglob(f"locale/{LANGUAGE}/**/django.mo")]
    found: set[Key] = set()
    for file in files:
        with file.open("rb") as stream:
            found |= {
                _key(message.id, message.context)
                for message in read_mo(stream)
                if message.id and message.string
            }
    return found


def _package(name: str) -> Path:
    spec = find_spec(name)
    if spec is None or spec.origin is None:
        raise ModuleNotFoundError(name)
    return Path(spec.origin).parent


def _headers() -> tuple[str, ...]:
    return tuple(f'"{name}:' for name in _DATES)


def _missing(catalog: Catalog) -> int:
    return sum(1 for message in catalog if message.id and not _is_full(message.string))


def _is_full(string: object) -> bool:
    return all(string) if isinstance(string, tuple | list) else bool(string)


def _keys(catalog: Catalog) -> set[Key]:
    return {_key(message.id, message.context) for message in catalog if message.id}


def _key(text: object, context: str | None) -> Key:
    return context, _first(text)


def _first(text: object) -> str:
    """Return the singular of a text with two forms, which is its name in a catalogue."""
    return str(text[0]) if isinstance(text, tuple | list) else str(text)


def _same_shape(text: object, string: object) -> bool:
    return isinstance(text, tuple | list) == isinstance(string, tuple | list)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
