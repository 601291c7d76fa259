"""What a running simulator is told at its start."""

from dataclasses import dataclass, field

SHOP = "demo-shop"
SECRET = "simulator-webhook-secret-that-is-none"  # noqa: S105 - printed here for everybody
SECRET_BEFORE = "simulator-webhook-secret-before-it"  # noqa: S105


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """The shops the simulator plays, and where their messages go.

    ``rate`` is how many scenes a minute the automatic mode begins. ``secret_before`` is accepted
    from the other side too, as a shop does that changes over.
    """

    oms_url: str = "http://127.0.0.1:8000"
    shop: str = SHOP
    secret: str = SECRET
    secret_before: str = SECRET_BEFORE
    is_automatic: bool = False
    rate: float = 2.0
    seed: int | None = None
    skew_seconds: int = 300
    first_scene_seconds: float = field(default=20.0)
