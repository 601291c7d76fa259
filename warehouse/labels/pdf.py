"""A PDF document that is the same, byte for byte, whenever the same is drawn."""

from io import BytesIO

from reportlab import rl_config
from reportlab.pdfgen.canvas import Canvas

from oms.refusals import Refusal
from warehouse.labels import messages
from warehouse.labels.fonts import advance_widths

# Nobody sends PDF through seven-bit mail any more: a fifth smaller and a sixth faster without.
rl_config.useA85 = 0


class NothingToPrint(Refusal):
    """A PDF without a page does not exist."""

    message = messages.NOTHING


def new_canvas(file: BytesIO, page: tuple[float, float]) -> Canvas:
    """Open a document whose pages are printed at their own size, in points."""
    advance_widths()
    canvas = Canvas(file, pagesize=page, pageCompression=1, invariant=1)
    # A print dialogue that fits the page to the paper would make bars of broken dots.
    canvas.setViewerPreference("PrintScaling", "None")
    return canvas
