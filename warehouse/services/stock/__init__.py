"""Stock by bins. On hand changes only here and at the hand-over, together with the bins."""

from warehouse.services.stock.bins import Goods, NotInBin
from warehouse.services.stock.moves import count, move, receive
from warehouse.services.stock.opening import BadOpeningRows, OpeningRow, set_opening_stock
from warehouse.services.stock.proof import bins_against_on_hand, promises_against_pick_lines

__all__ = [
    "BadOpeningRows",
    "Goods",
    "NotInBin",
    "OpeningRow",
    "bins_against_on_hand",
    "count",
    "move",
    "promises_against_pick_lines",
    "receive",
    "set_opening_stock",
]
