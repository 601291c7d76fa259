"""The warehouse's lists beside those of the core."""

from oms.services.sheets.kinds import sheet_kinds
from warehouse.services.sheets.bins import BinSheet
from warehouse.services.sheets.opening import OpeningSheet

for _kind in (BinSheet(), OpeningSheet()):
    sheet_kinds.register(_kind)
