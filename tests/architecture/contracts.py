"""A small tree that keeps every import contract, and one violation after another."""

from typing import NamedTuple


class Violation(NamedTuple):
    """An import that contract ``contract`` must refuse; both ends are dotted module names."""

    contract: str
    importer: str
    imported: str


ALLOWED: dict[str, str] = {
    "oms.settings": "import guardian",
    "oms.urls": "import oms.pages.orders",
    "oms.registries": "import oms.models",
    "oms.admin.base": "import unfold.admin, oms.services.orders, oms.pages.orders",
    "oms.pages.orders": "import django.http, oms.queries.orders, oms.services.orders",
    "oms.api.orders": "import oms.services.orders",
    "oms.tasks": "import oms.scheduling, oms.services.merging",
    "oms.services.orders": "import oms.transitions, oms.approvals.services, oms.rules.engine",
    "oms.services.merging": "import oms.services.orders",
    "oms.approvals.services": "import oms.transitions, oms.access.checks",
    "oms.transitions": "import oms.audit.timeline, oms.models.orders",
    "oms.queries.orders": "import oms.access.checks, oms.registries",
    "oms.access.checks": "import guardian.shortcuts, oms.models.orders",
    "oms.evidence.ledger": "import oms.audit.context",
    "oms.audit.context": "import oms.scheduling, oms.events.bus",
    "oms.audit.timeline": "import oms.models.orders",
    "oms.events.bus": "import oms.scheduling, oms.models.orders",
    "oms.scheduling": "import django_q.tasks, oms.models.orders",
    "oms.models": "import oms.models.orders, oms.models.users",
    "oms.models.orders": "import django.db, oms.flows.order, oms.privacy.fields",
    "oms.models.users": "import guardian.mixins",
    "oms.migrations.0001_initial": "import django.db, guardian.models",
    "oms.rules.engine": "import oms.flows.order, oms.dto, oms.privacy.text",
    "oms.routing.coordinator": "import oms.dto",
    "oms.forecasting.demand": "import statistics",
    "oms.intake.text": "import oms.dto",
    "oms.integration.http": "import httpx, oms.integration.errors",
    "oms.integration.errors": "import django.utils.translation",
    "oms.integration.registry": "import oms.integration.http",
    "oms.privacy.fields": "import django.db.models",
    "oms.privacy.text": "import re, oms.refusals",
    "oms.refusals": "import collections",
    "oms.flows.order": "import django.db.models, oms.flows.table",
    "oms.flows.table": "import dataclasses",
    "oms.dto": "import decimal",
    "channels_sync.webhooks": "import channels_sync.services.pull",
    "channels_sync.services.pull": "import channels_sync.connectors.jd.connector",
    "channels_sync.connectors.jd.connector": (
        "import oms.integration.registry, channels_sync.connectors.jd.mapper"
    ),
    "channels_sync.connectors.jd.mapper": (
        "import oms.dto, channels_sync.dto, channels_sync.connectors.jd.signing"
    ),
    "channels_sync.connectors.jd.signing": "import hashlib",
    "channels_sync.models": "import oms.models",
    "channels_sync.dto": "import oms.dto",
    "channels_sync.simulator.jd": (
        "import httpx, oms.dto, channels_sync.dto, channels_sync.connectors.jd.signing"
    ),
    "warehouse.apps": "import oms.registries",
    "warehouse.mobile.api": "import warehouse.services.picking, warehouse.mobile.messages",
    "warehouse.mobile.messages": "import django.utils.translation",
    "warehouse.services.picking": "import oms.services.orders, warehouse.waves.grouping",
    "warehouse.waves.grouping": "import warehouse.walks.tour, warehouse.flows",
    "warehouse.trips.planning": "import warehouse.walks.tour",
    "warehouse.walks.tour": "import math",
    "warehouse.cartons.packing": "import warehouse.dto",
    "warehouse.carriers.sf.carrier": "import oms.integration.http, warehouse.carriers.sf.mapper",
    "warehouse.carriers.sf.mapper": "import warehouse.dto",
    "warehouse.labels.pages": "import warehouse.dto",
    "warehouse.models": "import oms.models, warehouse.flows",
    "warehouse.flows": "import django.db.models, oms.flows.table",
    "warehouse.dto": "import decimal",
    "aftersales.portal.pages": "import aftersales.services.intake",
    "aftersales.services.intake": "import aftersales.playbooks, oms.services.orders",
    "aftersales.playbooks": "import aftersales.models",
    "aftersales.models": "import aftersales.flows",
    "aftersales.flows": "import django.db.models",
}

VIOLATIONS: tuple[Violation, ...] = (
    Violation("apps", "warehouse.services.shipping", "channels_sync.services.push"),
    Violation("apps", "aftersales.handlers", "warehouse.models"),
    Violation("apps", "oms.services.exports", "warehouse.services.picking"),
    Violation("oms-layers", "oms.models.returns", "oms.services.returns"),
    Violation("oms-layers", "oms.services.notices", "oms.tasks"),
    Violation("oms-layers", "oms.transitions", "oms.services.orders"),
    Violation("oms-layers", "oms.rules.facts", "oms.models.orders"),
    Violation("oms-layers", "oms.rules.simulate", "oms.routing.coordinator"),
    Violation("oms-layers", "oms.privacy.mask", "oms.flows.order"),
    Violation("oms-layers", "oms.refusals", "oms.models.orders"),
    Violation("channels-layers", "channels_sync.models", "channels_sync.services.pull"),
    Violation("warehouse-layers", "warehouse.walks.detour", "warehouse.waves.grouping"),
    Violation("warehouse-layers", "warehouse.waves.trucks", "warehouse.trips.planning"),
    Violation("aftersales-layers", "aftersales.services.refunds", "aftersales.portal.pages"),
    Violation("pure", "oms.forecasting.peaks", "django"),
    Violation("pure", "oms.rules.secrets", "oms.privacy.fields"),
    Violation("pure", "oms.routing.freight", "requests"),
    Violation("pure", "warehouse.cartons.volumes", "django"),
    Violation("pure", "warehouse.trips.roads", "httpx"),
    Violation("pure", "channels_sync.connectors.taobao.mapper", "django"),
    Violation("pure", "warehouse.carriers.zto.signing", "httpx"),
    Violation("pure", "warehouse.dto", "django"),
    Violation("flows", "warehouse.flows", "warehouse.models"),
    Violation("adapters", "channels_sync.connectors.taobao.connector", "channels_sync.models"),
    Violation("adapters", "warehouse.carriers.zto.carrier", "warehouse.models"),
    Violation("simulators", "channels_sync.simulator.taobao", "channels_sync.models"),
    Violation("simulators", "warehouse.simulator.sf", "warehouse.services.picking"),
    Violation("simulators", "warehouse.simulator.zto", "django"),
    Violation(
        "simulators-unused", "channels_sync.services.reconcile", "channels_sync.simulator.jd"
    ),
    Violation("one-theme", "warehouse.admin", "unfold"),
    Violation("one-http", "warehouse.carriers.yto.carrier", "httpx"),
    Violation("one-guard", "oms.admin.users", "guardian"),
)

CYCLE = {
    "oms.queries.boards": "import oms.queries.insights",
    "oms.queries.insights": "import oms.queries.boards",
}

STRAY_MODULES = {
    "oms-layers": "oms.helpers",
    "channels-layers": "channels_sync.utils",
    "warehouse-layers": "warehouse.common",
    "aftersales-layers": "aftersales.misc",
}
"""A module that no layer names: every new one is given its place first."""
