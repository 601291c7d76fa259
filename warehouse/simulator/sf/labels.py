"""SF's cloud print: a link and a token for each document, and a small PDF behind it."""

import hmac
from typing import Any

from warehouse.simulator.settings import Settings
from warehouse.simulator.sf.refusals import BusinessRefusal
from warehouse.simulator.store import Order, Store

Message = dict[str, Any]

PRINT_PATH = "/sf/print/"
_WIDTH, _HEIGHT = 215, 369
"""76 x 130 mm in points."""


def cloud_print(message: Message, store: Store, settings: Settings, base_url: str) -> Message:
    """Answer COM_RECE_CLOUD_PRINT_WAYBILLS with sync=true; the files are under ``obj``.

    :raises BusinessRefusal: more than 20 documents, or a number that is not ours
    """
    documents = message.get("documents") or []
    if not 0 < len(documents) <= 20 or not message.get("templateCode"):
        raise BusinessRefusal("S0002")
    numbers = [str(d.get("branchWaybillNo") or d.get("masterWaybillNo")) for d in documents]
    if any(store.order_of(number) is None for number in numbers):
        raise BusinessRefusal("8018")
    files = [
        {
            "url": f"{base_url}{PRINT_PATH}{number}.pdf",
            "token": token(number, settings),
            "waybillNo": number,
        }
        for number in numbers
    ]
    return {"clientCode": settings.partner, "fileType": "pdf", "files": files}


def token(number: str, settings: Settings) -> str:
    """Make the token that opens the label of a number."""
    return hmac.new(settings.checkword.encode(), number.encode(), "sha256").hexdigest()


def label_pdf(order: Order, number: str) -> bytes:
    """Draw a label of one page: sort code, number, order id, and that it is none to ship with."""
    lines = ((28, order.sort_code), (14, number), (9, order.order_id), (9, "SIMULATOR - NOT VALID"))
    drawn, height = [], _HEIGHT - 50
    for size, text in lines:
        safe = text.encode("ascii", "replace").decode().translate({40: "", 41: "", 92: ""})
        drawn.append(f"BT /F1 {size} Tf 15 {height} Td ({safe}) Tj ET")
        height -= size + 20
    return _pdf("\n".join(drawn))


def _pdf(content: str) -> bytes:
    page = f"/Type /Page /Parent 2 0 R /MediaBox [0 0 {_WIDTH} {_HEIGHT}] /Contents 4 0 R"
    objects = (
        "<< /Type /Catalog /Pages 2 0 R >>",
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        f"<< {page} /Resources << /Font << /F1 5 0 R >> >> >>",
        f"<< /Length {len(content)} >>\nstream\n{content}\nendstream",
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica-Bold >>",
    )
    text, offsets = "%PDF-1.4\n", []
    for number, body in enumerate(objects, start=1):
        offsets.append(len(text))
        text += f"{number} 0 obj\n{body}\nendobj\n"
    table = "".join(f"{offset:010d} 00000 n \n" for offset in offsets)
    count = len(objects) + 1
    trailer = f"trailer\n<< /Size {count} /Root 1 0 R >>\nstartxref\n{len(text)}\n%%EOF\n"
    return f"{text}xref\n0 {count}\n0000000000 65535 f \n{table}{trailer}".encode("ascii")
