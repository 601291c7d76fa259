"""Compare a translation as written (.po) with what the program loads (.mo)."""

from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.mofile import read_mo, write_mo
from babel.messages.pofile import read_po

Translations = dict[tuple[str | None, str], object]


def faults(po_file: Path) -> list[str]:
    """Say what is wrong with one catalogue, one line each."""
    with po_file.open("rb") as stream:
        catalog = read_po(stream, locale=po_file.parents[1].name)
    return [*_message_faults(catalog), *_compiled_faults(catalog, po_file.with_suffix(".mo"))]


def _message_faults(catalog: Catalog) -> list[str]:
    found: list[str] = []
    for message in catalog:
        if not message.id:
            continue
        if not _is_translated(message.string):
            found.append(f"not translated: {message.id!r}")
        elif message.fuzzy:
            found.append(f"fuzzy: {message.id!r}")
        found += [f"{error}: {message.id!r}" for error in message.check(catalog)]
    return found


def _is_translated(string: object) -> bool:
    return all(string) if isinstance(string, tuple | list) else bool(string)


def _compiled_faults(catalog: Catalog, mo_file: Path) -> list[str]:
    if not mo_file.exists():
        return [f"{mo_file.name} is missing: compile the catalogues"]
    fresh = BytesIO()
    write_mo(fresh, catalog)
    fresh.seek(0)
    with mo_file.open("rb") as stream:
        if _translations(read_mo(stream)) != _translations(read_mo(fresh)):
            return [f"{mo_file.name} is stale: compile the catalogues"]
    return []


def _translations(catalog: Catalog) -> Translations:
    return {(message.context, str(message.id)): message.string for message in catalog if message.id}
