"""From what may be sold to the number a shop shows. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """A store's rule: ``percent`` of what everybody may sell, ``keep_back`` units fewer, and never
    more than ``ceiling``."""

    percent: int = 100
    keep_back: int = 0
    ceiling: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Supply:
    """One SKU: the sum of ``oms.queries.stock.sellable``, and what is kept for this shop alone."""

    sku: str
    on_hand: int
    reserved: int
    demand: int
    safety: int
    exclusive: int
    own: int = 0

    @property
    def common(self) -> int:
        """Units that any shop may sell."""
        return max(self.on_hand - self.reserved - self.demand - self.safety - self.exclusive, 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Need:
    """Units of a SKU that one piece of the listing takes."""

    supply: Supply
    units: int


def offered(needs: Sequence[Need], *, share: Share) -> tuple[int, dict[str, object]]:
    """Return how many pieces a shop may sell, and the sum that explains it.

    A listing with several SKUs (a bundle) has as many pieces as its scarcest SKU allows; one
    without any has none.
    """
    pieces = [
        (units_for(need.supply, share=share) // need.units, need) for need in needs if need.units
    ]
    number = min((count for count, _need in pieces), default=0)
    if share.ceiling is not None:
        number = min(number, share.ceiling)
    told: Mapping[str, object] = {
        "share_percent": share.percent,
        "keep_back": share.keep_back,
        "ceiling": share.ceiling,
        "skus": [
            asdict(need.supply) | {"units_each": need.units, "pieces": count}
            for count, need in pieces
        ],
    }
    return number, dict(told)


def units_for(supply: Supply, *, share: Share) -> int:
    """Return how many units of one SKU the shop may sell: its share of what everybody may sell,
    rounded down, and what is kept for it alone."""
    common = supply.common * share.percent // 100 - share.keep_back
    return max(common + supply.own, 0)


def is_sudden_zero(*, falling: int, showing: int, least: int = 20, percent: int = 30) -> bool:
    """Tell whether so many listings fall to zero at once that a fault is likelier than sales.

    :param falling: listings that show units now and would show none
    :param showing: listings that show units now
    """
    return falling >= least and falling * 100 >= showing * percent
