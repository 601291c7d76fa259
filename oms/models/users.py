"""The people who work here."""

from django.contrib.auth.models import AbstractUser
from django.db import models
from django.utils.translation import gettext_lazy as _
from guardian.mixins import GuardianUserMixin

from oms.models.organization import Department


class User(GuardianUserMixin, AbstractUser):
    """A person with an account. ``badge_no`` is what the scanner reads off the staff card."""

    badge_no = models.CharField(_("badge"), max_length=32, unique=True, null=True, blank=True)
    department = models.ForeignKey(
        Department, models.PROTECT, null=True, blank=True, verbose_name=_("department")
    )

    class Meta:
        verbose_name = _("user")
        verbose_name_plural = _("users")
        swappable = "AUTH_USER_MODEL"

    def get_full_name(self) -> str:
        """Family name first and no space between, as Chinese names are written."""
        return f"{self.last_name}{self.first_name}".strip()

    def __str__(self) -> str:
        return self.get_full_name() or self.username
