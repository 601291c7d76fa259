"""The note on a refund of ours, by which it is known again. Pure."""


def note_of(refund_no: str) -> str:
    """Return the note by which a refund of ours is known again; Shopify has no field for it."""
    return f"OMS {refund_no}"


def number_in(note: object) -> str:
    """Return our refund number in a note; empty if it is nobody's of ours."""
    text = note if isinstance(note, str) else ""
    return text.removeprefix("OMS ").split(" ")[0] if text.startswith("OMS ") else ""
