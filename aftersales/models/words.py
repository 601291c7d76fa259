"""What a case may be about: kinds, sources, reasons."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Kind(TextChoices):
    RETURN_REFUND = "return_refund", _("return and refund")
    REFUND_ONLY = "refund_only", _("refund without return")
    EXCHANGE = "exchange", _("exchange")


class Source(TextChoices):
    PORTAL = "portal", _("the buyer's form")
    CHAT = "chat", _("chat")
    PHONE = "phone", _("phone")
    PLATFORM = "platform", _("the platform")


class Reason(TextChoices):
    SIZE = "size", _("Wrong size, or it does not fit")
    CHANGED_MIND = "changed_mind", _("I changed my mind")
    FAULT = "fault", _("It does not work")
    DAMAGED = "damaged", _("It arrived damaged")
    WRONG_ITEM = "wrong_item", _("It is not what I ordered")
    MISSING = "missing", _("Something is missing")
    NOT_AS_DESCRIBED = "not_as_described", _("It is not as described")
    NOT_RECEIVED = "not_received", _("It has not arrived")
    OTHER = "other", _("Something else")


class ReturnCarrier(TextChoices):
    """Carriers whose numbers buyers send goods back under."""

    SF = "sf", _("SF Express")
    ZTO = "zto", _("ZTO Express")
    YTO = "yto", _("YTO Express")
    STO = "sto", _("STO Express")
    YUNDA = "yunda", _("Yunda Express")
    JT = "jt", _("J&T Express")
    JD = "jd", _("JD Logistics")
    EMS = "ems", _("EMS / China Post")
    DEPPON = "deppon", _("Deppon Express")
    OTHER = "other", _("another carrier")


def carrier_label(code: str) -> str:
    """Return a carrier's name; what a platform calls it otherwise stays as it is."""
    return str(dict(ReturnCarrier.choices).get(code, code))
