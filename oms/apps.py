from django.apps import AppConfig
from django.contrib.admin.apps import AdminConfig
from django.utils.module_loading import autodiscover_modules
from django.utils.translation import gettext_lazy as _

# Importing these declares schedules, event handlers, audited models, checks, demo data and lists.
_DECLARATIONS = (
    "tasks",
    "handlers",
    "audit.registry",
    "checks",
    "management.demo.registry",
    "services.sheets.registry",
)


class OmsConfig(AppConfig):
    name = "oms"
    verbose_name = _("Orders")

    def ready(self) -> None:
        autodiscover_modules(*_DECLARATIONS)


class OmsAdminConfig(AdminConfig):
    default_site = "oms.admin.site.OmsAdminSite"
