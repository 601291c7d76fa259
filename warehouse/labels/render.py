"""Labels to PDF: one page a label, in the order given, the same bytes for the same labels."""

from collections.abc import Sequence
from io import BytesIO
from typing import Final

from warehouse.labels.blocks import draw_frame, draw_label
from warehouse.labels.layouts import LAYOUTS
from warehouse.labels.model import Label, LabelSize
from warehouse.labels.pdf import NothingToPrint, new_canvas
from warehouse.labels.pen import Pen

_FRAME: Final = "frame"


def render_labels(labels: Sequence[Label], *, size: LabelSize) -> bytes:
    """Draw the labels of a print run into one PDF, pages as large as the paper.

    :raises NothingToPrint: no labels
    """
    if not labels:
        raise NothingToPrint
    layout = LAYOUTS[size]
    pdf = BytesIO()
    canvas = new_canvas(pdf, layout.page)
    pen = Pen(canvas)
    canvas.beginForm(_FRAME, 0, 0, *layout.page)
    draw_frame(pen, layout)
    canvas.endForm()
    for label in labels:
        canvas.doForm(_FRAME)
        draw_label(pen, layout, label)
        canvas.showPage()
    canvas.save()
    return pdf.getvalue()
