"""Numbers for lines of platforms that give them none: by what is sold, stable over revisions."""

from collections import Counter
from collections.abc import Iterable


def number_lines(skus: Iterable[str]) -> list[str]:
    """Number each line by its SKU; the second line of one SKU ends in -2, and so on."""
    seen: Counter[str] = Counter()
    numbers = []
    for sku in skus:
        seen[sku] += 1
        numbers.append(sku if seen[sku] == 1 else f"{sku}-{seen[sku]}")
    return numbers
