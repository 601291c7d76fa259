"""Parcels that come back: announced, changed, called off, and counted by the dock."""

from oms.services.returns.announcing import (
    CameAlready,
    NothingToExpect,
    ReturnClosed,
    change_return,
    expect_return,
    redirect_return,
    set_return_waybill,
    withdraw,
)
from oms.services.returns.coming_back import (
    CameBackAlready,
    InParcel,
    NeverLeft,
    WasDelivered,
    expect_parcel_back,
    still_inside,
)
from oms.services.returns.receiving import (
    Found,
    NothingFound,
    TooManyReturned,
    has_come,
    lock_returns,
    receive,
)

__all__ = [
    "CameAlready",
    "CameBackAlready",
    "Found",
    "InParcel",
    "NeverLeft",
    "NothingFound",
    "NothingToExpect",
    "ReturnClosed",
    "TooManyReturned",
    "WasDelivered",
    "change_return",
    "expect_parcel_back",
    "expect_return",
    "has_come",
    "lock_returns",
    "receive",
    "redirect_return",
    "set_return_waybill",
    "still_inside",
    "withdraw",
]
