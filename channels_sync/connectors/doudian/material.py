"""Photographs in the shop's own material center (素材中心), which is where evidence is shown from.

/material/uploadImageSync fetches an image from an address of ours (png or jpg, at most 10 MB) and
has it looked through, mostly within seconds; only then it has an address there, which
/material/queryMaterialDetail tells as well (op.jinritemai.com). The same image is kept once
(``need_distinct``), so that a repeat makes no second one.
"""

from channels_sync.connectors.doudian.api import Api
from channels_sync.connectors.doudian.envelope import Node
from oms.integration.errors import ErrorKind, IntegrationError

UPLOAD, DETAIL = "/material/uploadImageSync", "/material/queryMaterialDetail"
_PASSED, _REJECTED = 3, 4
_ROOT = "0"


def stored(api: Api, url: str, *, name: str) -> str:
    """Return the image's address at Doudian.

    :raises IntegrationError: to be tried again while the image is looked through; fatal if it was
        turned down
    """
    params = {"folder_id": _ROOT, "url": url, "material_name": name, "need_distinct": True}
    told = api.call(UPLOAD, params, _material)
    if int(told.get("audit_status") or 0) != _PASSED or not told.get("byte_url"):
        known = {"material_id": str(told["material_id"])}
        told = api.ask(DETAIL, known, lambda data: _material(data["material_info"]))
    if int(told.get("audit_status") or 0) == _REJECTED:
        words = str(told.get("audit_reject_desc") or "")
        raise IntegrationError(
            f"抖店没有通过凭证图片 {words}".strip()[:300],
            kind=ErrorKind.FATAL,
            code="local:evidence",
        )
    if not told.get("byte_url"):
        raise IntegrationError(
            "抖店还在审核凭证图片", kind=ErrorKind.RETRY, code="local:evidence_waits"
        )
    return str(told["byte_url"])


def _material(data: Node) -> Node:
    _ = data["material_id"]
    return data
