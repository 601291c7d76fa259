"""Accounts at carriers, and every request for a waybill from the intent to the end."""

from urllib.parse import urlsplit

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from oms.models import Shipment, Store, User, Warehouse
from oms.models.base import StatusModel
from oms.privacy.fields import EncryptedJSONField
from warehouse.flows import WAYBILL_FLOW, WaybillStatus

_LOCAL = (("http", "127.0.0.1"), ("http", "localhost"))


def validate_base_url(value: str) -> None:
    parts = urlsplit(value)
    if not parts.hostname or parts.username or parts.password:
        raise ValidationError(_("This is no address of a service."))
    if parts.scheme != "https" and (parts.scheme, parts.hostname) not in _LOCAL:
        raise ValidationError(_("An address outside this machine must start with https://."))


class CarrierAccount(models.Model):
    """A contract with a carrier, of a warehouse or of a shop. ``credentials`` hold the secrets;
    ``product`` is the carrier's own code of the service that the contract names.

    Of a store's platform the numbers come through the store's connection: then ``branch_code``,
    ``branch_place`` (the sender's address there: province, city, district, town, street) and
    ``template_url`` are as the platform lists them, and there are no credentials.
    """

    class Issuer(models.TextChoices):
        CARRIER = "carrier", _("the carrier itself")
        PLATFORM = "platform", _("the store's platform")

    name = models.CharField(_("name"), max_length=64)
    carrier = models.CharField(_("carrier"), max_length=32)
    warehouse = models.ForeignKey(
        Warehouse,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="carrier_accounts",
        verbose_name=_("warehouse"),
    )
    store = models.ForeignKey(
        Store,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="carrier_accounts",
        verbose_name=_("store"),
    )
    issuer = models.CharField(
        _("numbers come from"), max_length=8, choices=Issuer.choices, default=Issuer.CARRIER
    )
    branch_code = models.CharField(_("branch code"), max_length=64, blank=True)
    branch_place = models.JSONField(_("carrier's branch"), default=dict, blank=True, editable=False)
    template_url = models.CharField(_("label template"), max_length=300, blank=True)
    credentials = EncryptedJSONField(_("credentials"), default=dict)
    monthly_card = models.CharField(_("monthly account number"), max_length=32, blank=True)
    sign_mode = models.CharField(_("signature method"), max_length=16, blank=True)
    base_url = models.CharField(
        _("service address"), max_length=200, blank=True, validators=[validate_base_url]
    )
    product = models.CharField(_("product"), max_length=32, blank=True)
    priority = models.PositiveSmallIntegerField(_("priority"), default=100)
    is_active = models.BooleanField(_("active"), default=True)
    push_token_digest = models.CharField(max_length=64, blank=True, db_index=True, editable=False)
    """SHA-256 of the token in the address to which the carrier pushes; the token is not kept."""
    push_token_at = models.DateTimeField(_("push address since"), null=True, editable=False)

    class Meta:
        verbose_name = _("carrier account")
        verbose_name_plural = _("carrier accounts")
        ordering = ["priority", "name"]
        constraints = [
            models.UniqueConstraint(fields=["carrier", "name"], name="carrier_account_once"),
            models.CheckConstraint(
                condition=Q(warehouse__isnull=False) | Q(store__isnull=False),
                name="carrier_account_belongs_somewhere",
            ),
            models.CheckConstraint(
                condition=~Q(issuer="platform") | Q(store__isnull=False),
                name="platform_account_has_store",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Waybill(StatusModel):
    """One attempt to get a number for a parcel. The row is the intent: it is committed before the
    carrier is called, and ``client_order_id`` is the same in every call about it.

    ``busy_until`` keeps two callers apart. ``label`` is what the label needs and may name people;
    ``holds_document`` says that a platform's print document is in it, which is let go soon.
    """

    FLOW = WAYBILL_FLOW
    SUBJECT = "waybill"

    shipment = models.ForeignKey(
        Shipment, models.PROTECT, related_name="waybills", verbose_name=_("parcel")
    )
    account = models.ForeignKey(
        CarrierAccount, models.PROTECT, related_name="waybills", verbose_name=_("carrier account")
    )
    attempt = models.PositiveSmallIntegerField(_("attempt"), default=1)
    client_order_id = models.CharField(_("our number at the carrier"), max_length=64, unique=True)
    waybill_no = models.CharField(_("waybill"), max_length=40, blank=True, db_index=True)
    carrier_order_id = models.CharField(_("carrier's number"), max_length=64, blank=True)
    sort_code = models.CharField(_("sort code"), max_length=64, blank=True)
    label = EncryptedJSONField(_("label data"), null=True, blank=True)
    holds_document = models.BooleanField(_("platform's print document kept"), default=False)
    review_reason = models.CharField(_("carrier checks by hand"), max_length=200, blank=True)
    print_count = models.PositiveSmallIntegerField(_("printed"), default=0)
    requested_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("by")
    )
    requested_at = models.DateTimeField(_("requested"))
    issued_at = models.DateTimeField(_("issued"), null=True, blank=True)
    tries = models.PositiveSmallIntegerField(_("calls"), default=0)
    busy_until = models.DateTimeField(_("being called until"), null=True, blank=True)
    not_before = models.DateTimeField(_("next call"), null=True, blank=True)
    needs_person = models.BooleanField(_("needs a person"), default=False)
    last_error = models.CharField(_("last error"), max_length=300, blank=True)

    status = models.CharField(_("status"), max_length=24, choices=WaybillStatus.choices)

    class Meta:
        verbose_name = _("waybill")
        verbose_name_plural = _("waybills")
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(fields=["shipment", "attempt"], name="waybill_attempt_once"),
            models.UniqueConstraint(
                fields=["shipment"],
                name="one_live_waybill",
                condition=Q(status__in=["requested", "issued", "unknown", "failed", "used"]),
            ),
            models.CheckConstraint(
                condition=~Q(status__in=["issued", "used"]) | ~Q(waybill_no=""),
                name="issued_waybill_has_number",
            ),
        ]
        indexes = [
            models.Index(
                fields=["not_before"],
                name="waybill_due",
                condition=Q(status__in=["requested", "unknown", "voiding"], needs_person=False),
            ),
            models.Index(
                fields=["status_at"],
                name="waybill_document_kept",
                condition=Q(holds_document=True),
            ),
        ]

    def __str__(self) -> str:
        return self.waybill_no or self.client_order_id
