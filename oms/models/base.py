"""What every table shares: money columns, business numbers, the status column."""

import secrets
from datetime import date
from decimal import Decimal
from typing import Any, ClassVar

from django.core.validators import MinLengthValidator, RegexValidator
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from oms.flows.table import Flow

# Crockford's base 32: no I, L, O, U, so that a number read aloud or typed stays the same.
_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_RANDOM_DIGITS = 8


def new_number(prefix: str, day: date) -> str:
    """Make a business number such as ``SO261122-7K3M9QXA``.

    Random within its day (40 bits): at 100,000 numbers a day a clash comes once in some 200 days,
    and the unique column then turns it into a retry, never into a mix-up.
    """
    tail = "".join(secrets.choice(_ALPHABET) for _ in range(_RANDOM_DIGITS))
    return f"{prefix}{day:%y%m%d}-{tail}"


def money(verbose_name: Any, **options: Any) -> "models.DecimalField[Any, Any]":
    """Make a column for an amount in the row's currency: two decimals, up to a trillion."""
    options.setdefault("default", Decimal(0))
    return models.DecimalField(verbose_name, max_digits=14, decimal_places=2, **options)


def currency() -> "models.CharField[Any, Any]":
    """Make the column that says in which money the row's amounts are (ISO 4217)."""
    return models.CharField(
        _("currency"),
        max_length=3,
        default="CNY",
        validators=[MinLengthValidator(3), RegexValidator("^[A-Z]{3}$")],
    )


class StatusModel(models.Model):
    """A row with a flow. ``oms.transitions`` alone changes ``status``, and ``status_at`` with it,
    so that the age of every status and the dwell time at every station are known from day one."""

    FLOW: ClassVar[Flow]
    SUBJECT: ClassVar[str]
    """How the timeline names this kind of row."""

    status = models.CharField(_("status"), max_length=24)
    status_at = models.DateTimeField(_("status since"), default=timezone.now)

    class Meta:
        abstract = True
