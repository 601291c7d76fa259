"""The lists of the core; feature apps register theirs in a module of the same name."""

from oms.services.sheets.bundles import BundleSheet
from oms.services.sheets.goods import BarcodeSheet, SkuSheet
from oms.services.sheets.kinds import sheet_kinds
from oms.services.sheets.listings import ListingSheet

for _kind in (SkuSheet(), BarcodeSheet(), BundleSheet(), ListingSheet()):
    sheet_kinds.register(_kind)
