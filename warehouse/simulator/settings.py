"""What a running simulator is told at its start."""

from dataclasses import dataclass

PARTNER = "SIMULATOR-PARTNER"
CHECKWORD = "simulator-checkword-not-a-secret"
MONTHLY_CARD = "7551234567"
"""The card that SF prints for everybody's sandbox calls."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """The account the simulator knows, its limits and where it pushes to.

    ``sign_mode`` empty accepts all three. ``duplicate_code`` false answers a repeated orderId with
    the first order (SF's field table) instead of 8016 (its error table).
    """

    partner: str = PARTNER
    checkword: str = CHECKWORD
    monthly_card: str = MONTHLY_CARD
    sign_mode: str = ""
    callback_url: str = ""
    duplicate_code: bool = True
    calls_per_second: int = 30
    calls_per_day: int = 3000
    oldest_timestamp_seconds: int = 300
