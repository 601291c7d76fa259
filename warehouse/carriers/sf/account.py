"""What an SF account consists of, typed."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from warehouse.carriers.sf.signing import SignMode

PRODUCTION = "https://bspgw.sf-express.com/std/service"
"""The same path is Hong Kong's on sfapi-hk.sf-express.com, the sandbox's on sfapi-sbox."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SfAccount:
    """The credentials of one account, as the mapper and the signature need them."""

    partner_id: str
    checkword: str = field(repr=False)
    monthly_card: str = ""
    base_url: str = PRODUCTION
    sign_mode: SignMode = SignMode.STANDARD
    call_courier: bool = False
    label_size: str = "76130"

    @classmethod
    def of(cls, credentials: Mapping[str, str]) -> "SfAccount":
        """Read credentials that ``complete`` has checked."""
        return cls(
            partner_id=credentials["partner_id"],
            checkword=credentials["checkword"],
            monthly_card=credentials["monthly_card"],
            base_url=credentials["base_url"],
            sign_mode=SignMode(credentials["sign_mode"]),
            call_courier=credentials["call_courier"] == "1",
            label_size=credentials["label_size"],
        )
