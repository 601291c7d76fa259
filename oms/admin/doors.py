"""What a form shows but does not change leads to other rows only where the person may open them.

The theme makes every such row a link; one that ends at a closed door is worse than a name.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from django.contrib import admin
from django.contrib.admin.utils import label_for_field
from django.core.exceptions import FieldDoesNotExist
from django.db.models import ForeignKey, Model
from django.http import HttpRequest

from oms.admin import show
from oms.admin.record import Shown, row_link

Cell = Callable[[Model], Shown]


def close_dead_doors(form: Any, model: type[Model], page: Any, request: HttpRequest) -> None:
    """Let an admin form show the rows it points to by name, as links where there is a way."""
    cells = {
        name: _cell(name, label_for_field(name, model, model_admin=page), page, request)
        for name in form.readonly_fields
        if isinstance(name, str) and _points_to_a_row(model, name)
    }
    if cells:
        form.readonly_fields = _swapped(form.readonly_fields, cells)
        form.fieldsets = [
            (title, {**options, "fields": _swapped(options["fields"], cells)})
            for title, options in form.fieldsets
        ]


def _points_to_a_row(model: type[Model], name: str) -> bool:
    try:
        return isinstance(model._meta.get_field(name), ForeignKey)
    except FieldDoesNotExist:
        return False


def _cell(name: str, label: Any, page: Any, request: HttpRequest) -> Cell:
    def shown(row: Model) -> Shown:
        target = getattr(row, name)
        return show.NOTHING if target is None else row_link(page.admin_site, request, target)

    shown.__name__ = name
    return admin.display(description=label)(shown)


def _swapped(names: Iterable[Any], cells: Mapping[str, Cell]) -> list[Any]:
    return [
        cells.get(name, name) if isinstance(name, str)
        else _swapped(name, cells) if isinstance(name, list | tuple)
        else name
        for name in names
    ]  # fmt: skip
