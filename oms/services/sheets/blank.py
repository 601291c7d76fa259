"""The blank of a list: headers, an example row, and a sheet that explains every column."""

from io import BytesIO
from typing import Any

from django.utils.translation import gettext as _

from oms.services.sheets import codes
from oms.services.sheets.cells import Choice, YesNo
from oms.services.sheets.columns import REQUIRED_MARK, Column
from oms.services.sheets.kinds import SheetKind
from oms.services.sheets.opening import LISTS
from oms.tables import heavy

_WIDEST, _NARROWEST = 40, 12
_REQUIRED_FILL, _OPTIONAL_FILL = "FFFFE8B3", "FFE7EDF0"


def blank(kind: SheetKind) -> bytes:
    """Return the workbook, in the language of whoever asks.

    Every column is formatted as text, so that Excel shortens no barcode and drops no leading zero.
    """
    book = heavy.openpyxl().Workbook()
    data = book.active
    data.title, data.freeze_panes = codes.SHEET_TITLES[0], "A2"
    for place, column in enumerate(kind.columns, start=1):
        _add_column(data, place, column)
    _explain(book.create_sheet(codes.SHEET_TITLES[1]), kind)
    file = BytesIO()
    book.save(file)
    return file.getvalue()


def _add_column(sheet: Any, place: int, column: Column) -> None:
    head = sheet.cell(row=1, column=place, value=_name(column))
    _paint(head, _REQUIRED_FILL if column.required else _OPTIONAL_FILL)
    example = sheet.cell(row=2, column=place, value=column.example)
    example.number_format = "@"
    dimension = sheet.column_dimensions[head.column_letter]
    # Chinese letters are twice as wide as the digits that a width counts.
    dimension.width = max(_NARROWEST, 2 * len(column.title) + 4, len(column.example) * 1.5)
    dimension.number_format = "@"
    if choices := _choices(column):
        _offer(sheet, f"{head.column_letter}2:{head.column_letter}{LISTS.rows}", choices)


def _name(column: Column) -> str:
    return column.title + (REQUIRED_MARK if column.required else "")


def _choices(column: Column) -> list[str]:
    match column.reader:
        case YesNo():
            return list(codes.YES_NO)
        case Choice(labels=labels):
            return [str(label) for label in labels.values()]
    return []


def _offer(sheet: Any, cells: str, choices: list[str]) -> None:
    """Let Excel offer the choices; another spelling may still be typed."""
    validation = heavy.data_validation()
    offered = validation(type="list", formula1=f'"{",".join(choices)}"', allow_blank=True)
    offered.showErrorMessage = False
    sheet.add_data_validation(offered)
    offered.add(cells)


def _explain(sheet: Any, kind: SheetKind) -> None:
    sheet.append([_("Column"), _("Required"), _("What may stand there"), _("Note"), _("Example")])
    for cell in sheet[1]:
        _paint(cell, _OPTIONAL_FILL)
    for column in kind.columns:
        required = _("yes") if column.required else ""
        rule = column.reader.rule()
        sheet.append([_name(column), required, rule, str(column.note), column.example])
    sheet.append([])
    for line in _advice(kind):
        sheet.append([line])
    for letter, width in zip("ABCDE", (24, 8, _WIDEST, _WIDEST, 28), strict=True):
        sheet.column_dimensions[letter].width = width


def _advice(kind: SheetKind) -> list[str]:
    return [
        str(kind.hint),
        _("Rows whose first cell begins with “%(word)s” are passed over: write below the example.")
        % {"word": codes.EXAMPLE},
        _("An empty cell changes nothing: what is stored stays as it is."),
        _("Optional columns may be left out, and columns may stand in any order."),
        _("At most %(rows)d rows and 20 MB in one file.") % {"rows": LISTS.rows},
    ]


def _paint(cell: Any, color: str) -> None:
    styles = heavy.styles()
    cell.font = styles.Font(bold=True)
    cell.fill = styles.PatternFill("solid", start_color=color)
