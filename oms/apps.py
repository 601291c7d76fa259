from django.apps import AppConfig
from django.contrib.admin.apps import AdminConfig
from django.utils.module_loading import autodiscover_modules
from django.utils.translation import gettext_lazy as _


class OmsConfig(AppConfig):
    name = "oms"
    verbose_name = _("Orders")

    def ready(self) -> None:
        # Importing them declares schedules, event handlers and audited models, in every app.
        autodiscover_modules("tasks", "handlers", "audit.registry")


class OmsAdminConfig(AdminConfig):
    default_site = "oms.admin.site.OmsAdminSite"
