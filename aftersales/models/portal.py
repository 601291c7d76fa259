"""What the public pages keep: links, photographs, and how often somebody tried."""

import secrets

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from aftersales.models.cases import AfterSalesCase
from oms.models import Order, User


class CaseLink(models.Model):
    """A way in without an account. Only the hash of its 128-bit token is kept.

    A form link files one case, then it is used up by the form of ``form_key``; a status link shows
    one case until it expires.
    """

    class Purpose(models.TextChoices):
        FORM = "form", _("file a request")
        STATUS = "status", _("follow a case")

    token_hash = models.CharField(max_length=64, unique=True)
    purpose = models.CharField(_("purpose"), max_length=8, choices=Purpose.choices)
    order = models.ForeignKey(Order, models.PROTECT, related_name="+", verbose_name=_("order"))
    case = models.ForeignKey(
        AfterSalesCase,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="links",
        verbose_name=_("case"),
    )
    made_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("made by")
    )
    created_at = models.DateTimeField(_("created"))
    expires_at = models.DateTimeField(_("expires"))
    used_at = models.DateTimeField(_("used"), null=True, blank=True)
    form_key = models.CharField(max_length=64, blank=True)

    class Meta:
        verbose_name = _("buyer's link")
        verbose_name_plural = _("buyers' links")
        constraints = [
            models.CheckConstraint(
                condition=Q(purpose="form") | Q(case__isnull=False), name="status_link_has_case"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.purpose} {self.order_id}"


def photo_path(photo: "Evidence", _name: str) -> str:
    """Return a new random place: neither the uploaded name nor anything to guess by."""
    name = secrets.token_hex(16)
    return f"evidence/{photo.uploaded_at:%Y/%m}/{name}.jpg"


class Evidence(models.Model):
    """A photograph, decoded and encoded anew, so that nothing but its pixels is left of it.

    ``sha256`` is that of the stored file. Until the form is sent it belongs to the link alone; then
    to the case, for good. ``seen_in`` is an earlier case with the very same picture. One with
    ``uploaded_by`` is not the buyer's: whoever decides added it to prove a no.
    """

    case = models.ForeignKey(
        AfterSalesCase,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="photos",
        verbose_name=_("case"),
    )
    link = models.ForeignKey(
        CaseLink, models.PROTECT, null=True, blank=True, related_name="photos", verbose_name=""
    )
    file = models.FileField(_("photo"), upload_to=photo_path, max_length=120)
    sha256 = models.CharField(_("SHA-256"), max_length=64, db_index=True)
    size = models.PositiveIntegerField(_("size (bytes)"))
    mime = models.CharField(_("type"), max_length=32)
    width = models.PositiveIntegerField(_("width (pixels)"))
    height = models.PositiveIntegerField(_("height (pixels)"))
    seen_in = models.ForeignKey(
        AfterSalesCase,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("seen before in"),
    )
    uploaded_at = models.DateTimeField(_("uploaded"))
    uploaded_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("added by")
    )

    class Meta:
        verbose_name = _("photo")
        verbose_name_plural = _("photos")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["link", "sha256"], name="photo_once_per_form"),
            models.CheckConstraint(
                condition=Q(case__isnull=False) | Q(link__isnull=False),
                name="photo_belongs_somewhere",
            ),
        ]

    def __str__(self) -> str:
        return self.sha256[:12]


class AttemptCount(models.Model):
    """How often somebody tried in a window of time. ``key`` is keyed: it names nobody."""

    key = models.CharField(max_length=64)
    window_at = models.DateTimeField()
    count = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = _("attempts")
        verbose_name_plural = _("attempts")
        default_permissions = ("view",)
        constraints = [
            models.UniqueConstraint(fields=["key", "window_at"], name="attempts_per_window"),
        ]

    def __str__(self) -> str:
        return f"{self.count}"
