"""Who holds which role where, and the rows in which guardian keeps what follows from it.

The permission tables point straight at stores and warehouses: generic ones would outlive a deleted
row and hand its rights to whatever gets the same id.
"""

from django.db import models
from django.db.models import Q
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _
from guardian.models import GroupObjectPermissionBase, UserObjectPermissionBase

from oms.models.organization import Department, Project, Store, Warehouse
from oms.models.users import User


class RoleAssignment(models.Model):
    """One role on one scope. ``oms.access.grants`` turns it into grants on stores and warehouses,
    anew whenever a set's members change. Ending it keeps the row: who could do what, and when."""

    user = models.ForeignKey(
        User, models.PROTECT, related_name="role_assignments", verbose_name=_("person")
    )
    role = models.SlugField(_("role"), max_length=32)
    store = models.ForeignKey(
        Store, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("store")
    )
    warehouse = models.ForeignKey(
        Warehouse,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("warehouse"),
    )
    department = models.ForeignKey(
        Department,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("department"),
    )
    project = models.ForeignKey(
        Project, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("project")
    )
    granted_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("given by")
    )
    granted_at = models.DateTimeField(_("given"))
    ends_at = models.DateTimeField(_("until"), null=True, blank=True)
    revoked_at = models.DateTimeField(_("taken away"), null=True, blank=True)
    revoked_by = models.ForeignKey(
        User,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("taken away by"),
    )

    class Meta:
        verbose_name = _("role assignment")
        verbose_name_plural = _("role assignments")
        constraints = [
            models.CheckConstraint(
                condition=(
                    Q(store__isnull=False, warehouse=None, department=None, project=None)
                    | Q(store=None, warehouse__isnull=False, department=None, project=None)
                    | Q(store=None, warehouse=None, department__isnull=False, project=None)
                    | Q(store=None, warehouse=None, department=None, project__isnull=False)
                ),
                name="role_on_one_scope",
            ),
            # Coalesce instead of NULLS NOT DISTINCT, which SQLite does not have.
            models.UniqueConstraint(
                "user",
                "role",
                Coalesce("store", 0),
                Coalesce("warehouse", 0),
                Coalesce("department", 0),
                Coalesce("project", 0),
                name="role_once_while_active",
                condition=Q(revoked_at__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user_id}: {self.role}"


class StoreUserPermission(UserObjectPermissionBase):
    content_object = models.ForeignKey(Store, models.CASCADE)


class StoreGroupPermission(GroupObjectPermissionBase):
    content_object = models.ForeignKey(Store, models.CASCADE)


class WarehouseUserPermission(UserObjectPermissionBase):
    content_object = models.ForeignKey(Warehouse, models.CASCADE)


class WarehouseGroupPermission(GroupObjectPermissionBase):
    content_object = models.ForeignKey(Warehouse, models.CASCADE)
