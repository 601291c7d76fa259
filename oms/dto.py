"""What crosses between apps and services: frozen values, no database, no HTTP.

Amounts are Decimal in the order's currency (yuan for CNY, never fen); times are aware UTC
datetimes; platform ids are text, because several platforms use 64-bit numbers that lose digits
elsewhere.
"""

from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from enum import StrEnum


class ChannelStatus(StrEnum):
    """The platform's order status, unified. A refund in progress is an overlay, never a status."""

    UNPAID = "unpaid"
    PAID = "paid"
    PARTLY_SHIPPED = "partly_shipped"
    SHIPPED = "shipped"
    COMPLETED = "completed"
    CANCELLED = "cancelled"


class LineKind(StrEnum):
    GOODS = "goods"
    GIFT = "gift"
    VIRTUAL = "virtual"
    FEE = "fee"


class PaymentTerms(StrEnum):
    PREPAID = "prepaid"
    COD = "cod"
    CREDIT = "credit"


class PaymentPhase(StrEnum):
    FULL = "full"
    DEPOSIT = "deposit"
    FINAL = "final"


@dataclass(frozen=True, slots=True, kw_only=True)
class PlainReceiver:
    """Where the parcel goes, readable. Stored encrypted; never logged."""

    name: str
    phone: str
    country: str = "CN"
    province: str = ""
    city: str = ""
    district: str = ""
    town: str = ""
    street: str = ""
    postcode: str = ""
    email: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CipherReceiver:
    """Where the parcel goes, as the platform's ciphertext: never decrypted to compare or merge.

    ``platform_ref`` is the platform's own identity of the address (oaid, open_address_id, search
    index); two receivers are the same only where it is equal and not empty.
    """

    platform_ref: str
    name_cipher: str = ""
    phone_cipher: str = ""
    street_cipher: str = ""
    name_mask: str = ""
    phone_mask: str = ""
    street_mask: str = ""
    country: str = "CN"
    province: str = ""
    city: str = ""
    district: str = ""
    town: str = ""


Receiver = PlainReceiver | CipherReceiver


@dataclass(frozen=True, slots=True, kw_only=True)
class IncomingBuyer:
    """Who bought, as far as the platform says. ``channel_buyer_id`` may be empty (guest).

    ``former_ids`` are those under which he may be known from before a change of keys.
    """

    channel_buyer_id: str
    nickname: str = ""
    former_ids: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class IncomingLine:
    """One bought line. ``paid_share`` is what the buyer paid for the whole line, if told."""

    title: str
    quantity: int
    unit_price: Decimal
    channel_line_no: str | None = None
    channel_product_id: str = ""
    channel_sku_id: str = ""
    merchant_code: str = ""
    paid_share: Decimal | None = None
    kind: LineKind = LineKind.GOODS
    cancelled_quantity: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class IncomingPayment:
    payment_no: str
    amount: Decimal
    paid_at: datetime
    phase: PaymentPhase = PaymentPhase.FULL
    method: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class IncomingOrder:
    """An order as a channel tells it, mapped but not yet decided on.

    ``closed_external`` marks history: shipped or finished elsewhere before it came to us. It makes
    no demand, is never merged and sends nothing out. ``parent_channel_no`` is the channel's order
    of which this is a part, or the other name under which its papers know it.
    """

    channel_order_no: str
    channel_status: ChannelStatus
    channel_modified_at: datetime
    ordered_at: datetime
    currency: str
    goods_amount: Decimal
    paid_amount: Decimal
    lines: tuple[IncomingLine, ...]
    receiver: Receiver | None = None
    buyer: IncomingBuyer | None = None
    parent_channel_no: str = ""
    raw_status: str = ""
    paid_at: datetime | None = None
    freight: Decimal = Decimal(0)
    seller_discount: Decimal = Decimal(0)
    platform_discount: Decimal = Decimal(0)
    payment_terms: PaymentTerms = PaymentTerms.PREPAID
    payments: tuple[IncomingPayment, ...] = ()
    buyer_memo: str = ""
    seller_memo: str = ""
    seller_flag: str = ""
    ship_by: datetime | None = None
    not_before: datetime | None = None
    promised_carrier: str = ""
    appointed_warehouse: str = ""
    presale: bool = False
    platform_hold: str = ""
    """Why the platform itself forbids shipping (risk control, not yet confirmed); empty if free."""
    closed_external: bool = False


class RefundStage(StrEnum):
    """How far a platform's refund request is, unified, in the order in which one stage may follow
    another: of two words of one second the later stage counts."""

    WAIT_MERCHANT = "wait_merchant"
    WAIT_BUYER_RETURN = "wait_buyer_return"
    WAIT_MERCHANT_RECEIVE = "wait_merchant_receive"
    REFUNDING = "refunding"
    """Agreed, and the platform itself is moving the money."""
    REJECTED = "rejected"
    CLOSED = "closed"
    SUCCESS = "success"
    """The buyer has the money."""


class RefundKind(StrEnum):
    REFUND_ONLY = "refund_only"
    RETURN_REFUND = "return_refund"
    EXCHANGE = "exchange"


@dataclass(frozen=True, slots=True, kw_only=True)
class RefundedLine:
    """A line that is asked back; ``quantity`` counts pieces as sold, None means all of them."""

    channel_line_no: str
    quantity: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class IncomingRefund:
    """A refund or after-sales request as a channel tells it, each time it tells of it.

    Without ``lines`` it names none: the whole order, or money alone. ``currency`` is empty where
    the channel does not say it: the order's own. ``modified_at`` is None where it is not told, and
    then the moment at which we heard counts. ``respond_by`` is when the platform decides in our
    place. ``refund_no`` is our own number, where the platform repeats it.
    """

    channel_refund_no: str
    channel_order_no: str
    status: RefundStage
    kind: RefundKind
    amount: Decimal
    modified_at: datetime | None
    currency: str = ""
    lines: tuple[RefundedLine, ...] = ()
    reason: str = field(default="", repr=False)
    respond_by: datetime | None = None
    return_carrier: str = ""
    return_waybill_no: str = ""
    refund_no: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ShipmentNotice:
    """What a channel is told when a parcel left: one per original order, also after a merge."""

    channel_order_no: str
    carrier: str
    waybill_no: str
    shipped_at: datetime
    channel_line_nos: tuple[str, ...] = field(default=())
    is_split: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Consignor:
    """Who sends a parcel, and from where the platform's waybill service knows him to send."""

    name: str = field(repr=False)
    phone: str = field(repr=False)
    province: str
    city: str
    district: str
    street: str = field(repr=False)
    town: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ParcelItem:
    """What is inside, as the waybill service must be told."""

    name: str
    quantity: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PlatformWaybillRequest:
    """Ask a platform's waybill service for the number of one parcel.

    ``request_no`` is our number for this attempt, the same each time it is asked; after a void the
    next attempt has another. ``carrier`` is our code of the company. The receiver is that of the
    first of ``channel_order_nos``, and goes as the platform told it: ciphertext stays ciphertext.
    ``branch_code``, ``product``, ``template_url`` and ``monthly_account`` are as the account says.
    """

    request_no: str
    carrier: str
    channel_order_nos: tuple[str, ...]
    receiver: Receiver = field(repr=False)
    sender: Consignor
    items: tuple[ParcelItem, ...]
    weight_g: int
    branch_code: str = ""
    product: str = ""
    template_url: str = ""
    monthly_account: str = ""
    cod_amount: Decimal | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PlatformWaybill:
    """A number that a platform's waybill service gave, and what its print component prints.

    ``issuer`` is the kind of the platform. ``print_data`` is a document that only the component
    can open; empty where the platform gives it at printing.
    """

    waybill_no: str
    issuer: str
    print_data: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class WaybillBranch:
    """A carrier's branch at which a shop may use waybills, and the address it is known by there.

    ``balance`` is how many are left; None where the platform does not count.
    """

    carrier: str
    branch_code: str
    branch_name: str
    balance: int | None
    province: str
    city: str
    district: str
    street: str
    town: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class WaybillTemplate:
    """A layout of labels that the platform has for a carrier."""

    name: str
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PrintJob:
    """What the browser sends to a platform's print component on the packer's own computer.

    ``component`` is what people call it (English; pages translate it), ``url`` its WebSocket on
    this machine, ``message`` the text to send, ``key`` what its answer to this message repeats.
    """

    component: str
    url: str
    message: str = field(repr=False)
    key: str
