"""At which carriers' branches the invented shop may use waybills, and what it knows of each."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Branch:
    """``carrier`` is our code. ``limit`` None: paid by the month, nothing is counted.

    The service knows the shop by this very address. ``not_served`` are provinces that the branch
    does not send to.
    """

    carrier: str
    code: str
    name: str
    limit: int | None
    street: str
    province: str = "浙江省"
    city: str = "杭州市"
    district: str = "西湖区"
    not_served: frozenset[str] = frozenset()

    @property
    def place(self) -> tuple[str, str, str, str]:
        return self.province, self.city, self.district, self.street


BRANCHES = (
    Branch(carrier="sf", code="", name="顺丰月结", limit=None, street="木棉路 1 号"),
    Branch(carrier="zto", code="57101", name="西湖文三网点", limit=5000, street="木棉路 1 号"),
    Branch(carrier="yto", code="571902", name="西湖圆通一部", limit=0, street="木棉路 1 号"),
    Branch(
        carrier="sto",
        code="310015",
        name="西湖申通网点",
        limit=300,
        street="木棉路 1 号",
        not_served=frozenset({"四川省"}),
    ),
)
"""One is sold out and one does not go everywhere, so that both can be seen."""


def branches_of(carrier: str) -> list[Branch]:
    """Return the subscriptions with a company; all of them for an empty code."""
    return [branch for branch in BRANCHES if carrier in ("", branch.carrier)]
