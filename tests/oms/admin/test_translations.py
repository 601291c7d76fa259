"""No English on our pages: the theme's and the libraries' texts, and every label of ours."""

import re

import pytest
from babel.messages.catalog import Catalog
from django.test import Client
from django.urls import reverse
from django.utils.html import strip_tags

from deploy import catalogue
from oms.admin.pages import PAGES
from tests.oms.admin.rows import ROWS
from tests.oms.admin.world import World, signed_in

# Names that are the same in every language, and codes that are data.
PLAIN = re.compile(
    r"Open OMS|EMS|SKU|HTTP|IP|Ctrl|CNY|UTF|Asia/Shanghai|esc|ID|id|mm|ms|min"
    r"|[a-z]+[-_.:/@][\w.@:/-]*"
)


@pytest.mark.parametrize("library", catalogue.LIBRARIES)
def test_texts_of_the_theme_and_libraries_are_translated(library: str) -> None:
    theirs, ours = Catalog(), catalogue.read(catalogue.PO_FILE)
    catalogue._collect(theirs, catalogue._package(library))
    known = catalogue._translated_elsewhere()
    known |= {catalogue._key(one.id, one.context) for one in ours if one.string}
    texts = {catalogue._key(one.id, one.context) for one in theirs if one.id}
    assert len(texts) > 20
    assert sorted(texts - known, key=str) == []


def words_on(client: Client, path: str) -> set[str]:
    """Return the English words of a page's visible text, labels and hints, without the sidebar."""
    html = client.get(path, headers={"accept-language": "zh-hans"}).content.decode()
    html = html[html.index('<div id="main"') :]
    html = re.sub(r"<(script|style)\b.*?</\1>", " ", html, flags=re.DOTALL)
    html = re.sub(r'<span class="[^"]*material-symbols-outlined[^"]*"[^>]*>.*?</span>', " ", html,
                  flags=re.DOTALL)  # fmt: skip
    hints = " ".join(re.findall(r'(?:placeholder|aria-label|data-label|alt)="([^"]*)"', html))
    text = PLAIN.sub(" ", f"{strip_tags(html)} {hints}")
    return {word for word in re.findall(r"\b[A-Za-z]{3,}\b", text) if word.lower() not in DATA}


DATA = {"nbsp", "webhook", "sku"}
"""Words of the rows, not of the pages: a connector, a key of an event's payload."""


@pytest.mark.parametrize("model", list(PAGES), ids=lambda model: model.__name__)
def test_no_page_speaks_english(world: World, model: type) -> None:
    row = ROWS[model](world)
    client = signed_in(world.root)
    name = f"admin:{model._meta.app_label}_{model._meta.model_name}"  # type: ignore[attr-defined]
    assert words_on(client, reverse(f"{name}_changelist")) == set()
    assert words_on(client, reverse(f"{name}_change", args=[row.pk])) == set()
