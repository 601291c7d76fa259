"""Keep a buyer's words out of what is written down about a call. Pure."""

from oms.integration.masking import mask_body


def mask_call(content_type: str, body: bytes) -> str:
    """Mask a body by its keys, a buyer's note too: he may write whatever he likes into it."""
    return mask_body(content_type, body.replace(b'"note"', b'"memo"'))
