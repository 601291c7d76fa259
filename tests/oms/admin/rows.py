"""One row for every page, as a function of the world it stands in."""

from collections.abc import Callable
from itertools import count
from typing import Any

from axes.models import AccessAttempt, AccessFailureLog, AccessLog
from django.db.models import Model
from django_q.models import Failure, OrmQ, Schedule, Success
from django_q.signing import SignedPackage

from oms import models
from oms.flows.approval import ApprovalStatus, StepStatus
from oms.flows.shipment import ShipmentStatus
from tests.factories.oms import (
    NOW,
    BarcodeFactory,
    FulfillmentOrderFactory,
    ListingFactory,
    OrderFactory,
    SkuFactory,
    StockLevelFactory,
    UserFactory,
)
from tests.oms.admin.world import World

_number = count(1)
PHONE = "13800009876"


def order(world: World) -> models.Order:
    made: models.Order = OrderFactory.create(store=world.store, lines=2, buyer_memo=PHONE)
    models.OrderHold.objects.create(
        order=made, code="person", owner="person", detail=f"请致电 {PHONE}", placed_at=NOW
    )
    return made


def document(world: World) -> models.FulfillmentOrder:
    placed = OrderFactory.create(store=world.store, approved=True)
    made: models.FulfillmentOrder = FulfillmentOrderFactory.create(
        order=placed, warehouse=world.warehouse
    )
    return made


def shipment(world: World) -> models.Shipment:
    n = next(_number)
    return models.Shipment.objects.create(
        package_no=f"PK261113-{n:08d}",
        fulfillment=document(world),
        carrier="sf",
        waybill_no=f"SF{n:013d}",
        status=ShipmentStatus.LABELLED,
        status_at=NOW,
        created_at=NOW,
    )


def merge_group(world: World) -> models.MergeGroup:
    made = models.MergeGroup.objects.create(
        group_no=f"MG261111-{next(_number):08d}", store=world.store, merge_key="k", made_at=NOW
    )
    for _sibling in range(2):
        member = OrderFactory.create(store=world.store, merged=True)
        models.MergeMembership.objects.create(group=made, order=member, joined_at=NOW)
    return made


def message(world: World) -> models.BuyerMessage:
    return models.BuyerMessage.objects.create(
        dedupe_key=f"key-{next(_number)}",
        store=world.store,
        order=OrderFactory.create(store=world.store),
        template="shipped",
        not_before=NOW,
        created_at=NOW,
    )


def stock_level(world: World) -> models.StockLevel:
    made: models.StockLevel = StockLevelFactory.create(warehouse=world.warehouse)
    return made


def movement(world: World) -> models.StockMovement:
    return stock_level(world).sku.movements.get()


def demand(world: World) -> models.Demand:
    return models.Demand.objects.get(order_item__order=OrderFactory.create(store=world.store))


def expected_return(world: World) -> models.ExpectedReturn:
    n = next(_number)
    return models.ExpectedReturn.objects.create(
        return_no=f"RT261111-{n:08d}",
        store=world.store,
        warehouse=world.warehouse,
        return_waybill_no=f"ZTO{n:010d}",
        created_at=NOW,
    )


def channel_refund(world: World) -> models.ChannelRefund:
    n = next(_number)
    return models.ChannelRefund.objects.create(
        store=world.store,
        channel_refund_no=f"R-{n}",
        channel_order_no=f"{n}",
        kind="refund_only",
        stage="wait_merchant",
        amount=1,
        channel_modified_at=NOW,
        first_heard_at=NOW,
    )


def approval(world: World) -> models.ApprovalRequest:
    made = models.ApprovalRequest.objects.create(
        kind="return",
        subject=f"AS261111-{next(_number):08d}",
        store=world.store,
        summary="退货一件",
        digest="d",
        requested_by=UserFactory.create(),
        opened_at=NOW,
        status=ApprovalStatus.OPEN,
    )
    models.ApprovalStep.objects.create(
        request=made, level=1, permission="approve_returns", due_at=NOW, status=StepStatus.OPEN
    )
    return made


def store(world: World) -> models.Store:
    return world.store


def warehouse(world: World) -> models.Warehouse:
    return world.warehouse


def listing(world: World) -> models.Listing:
    made: models.Listing = ListingFactory.create(store=world.store)
    return made


def call(world: World) -> models.CallLog:
    return models.CallLog.objects.create(
        kind="jd",
        operation="pop.order.search",
        store_id=world.store.pk,
        reference=f"ref-{next(_number)}",
        url="https://api.example.com/",
        outcome="ok",
        duration_ms=7,
        at=NOW,
    )


def sku(world: World) -> models.Sku:
    made: models.Sku = BarcodeFactory.create().sku
    return made


def bundle(world: World) -> models.Bundle:
    made = models.Bundle.objects.create(code=f"TZ-{next(_number)}", name="套装")
    for _part in range(2):
        models.BundleComponent.objects.create(bundle=made, sku=SkuFactory.create())
    return made


def category(world: World) -> models.Category:
    top = models.Category.objects.create(code=f"top-{next(_number)}", name="大类")
    return models.Category.objects.create(code=f"cat-{next(_number)}", name="小类", parent=top)


def channel(world: World) -> models.Channel:
    return models.Channel.objects.create(code=f"channel-x-{next(_number)}", name="渠道", kind="x")


def user(world: World) -> models.User:
    made: models.User = UserFactory.create(is_staff=True, last_name="王", first_name="一")
    return made


def role_assignment(world: World) -> models.RoleAssignment:
    return models.RoleAssignment.objects.create(
        user=UserFactory.create(), role="finance", store=world.store, granted_at=NOW
    )


def department(world: World) -> models.Department:
    made = models.Department.objects.create(code=f"dep-{next(_number)}", name="部门一")
    made.stores.add(world.store)
    return made


def project(world: World) -> models.Project:
    made = models.Project.objects.create(code=f"project-{next(_number)}", name="项目一")
    made.stores.add(world.store)
    return made


def timeline_entry(world: World) -> models.TimelineEntry:
    return models.TimelineEntry.objects.create(
        subject="order", subject_id=next(_number), action="hold", note=f"person: {PHONE}", at=NOW
    )


def audit_entry(world: World) -> models.AuditEntry:
    changed = world.store
    changed.name = f"改名 {next(_number)}"
    changed.save()
    found: models.AuditEntry = models.AuditEntry.objects.latest("pk")
    found.store_id = changed.pk
    found.save(update_fields=["store_id"])
    return found


def evidence(world: World) -> models.EvidenceEntry:
    return models.EvidenceEntry.objects.create(kind="merge", subject=f"s{next(_number)}", at=NOW)


def event(world: World) -> models.OutboxEvent:
    made = models.OutboxEvent.objects.create(name="oms.stock.changed", payload={"sku_ids": [1]})
    models.EventDelivery.objects.create(event=made, handler="a.b", needs_person=True)
    return made


def delivery(world: World) -> models.EventDelivery:
    return event(world).deliveries.get()


def job(world: World) -> models.Job:
    return models.Job.objects.create(
        kind="import", label="一个文件", created_by=UserFactory.create(), created_at=NOW
    )


def delegation(world: World) -> models.Delegation:
    return models.Delegation.objects.create(
        from_user=UserFactory.create(),
        to_user=UserFactory.create(),
        starts_at=NOW,
        ends_at=NOW.replace(year=2099),
    )


def lease(world: World) -> models.NamedLock:
    return models.NamedLock.objects.create(name=f"lease-{next(_number)}", expires_at=NOW)


def heartbeat(world: World) -> models.Heartbeat:
    return models.Heartbeat.objects.create(name=f"worker-{next(_number)}", at=NOW)


def schedule(world: World) -> Any:
    return Schedule.objects.create(name=f"oms.x-{next(_number)}", func="a.b", minutes=5)


def queued(world: World) -> Any:
    return OrmQ.objects.create(key="oms", payload=SignedPackage.dumps({"func": "a.b"}))


def _task(success: bool) -> dict[str, Any]:
    times = {"started": NOW, "stopped": NOW}
    key = f"{next(_number):032d}"
    return {"id": key, "name": key, "func": "a.b", "success": success, "result": PHONE, **times}


def done(world: World) -> Any:
    return Success.objects.create(**_task(True))


def failed(world: World) -> Any:
    return Failure.objects.create(**_task(False))


def _access() -> dict[str, Any]:
    name = f"person-x-{next(_number)}"
    return {"username": name, "ip_address": "127.0.0.1", "user_agent": "x", "path_info": "/"}


def sign_in(world: World) -> Any:
    return AccessLog.objects.create(**_access())


def failed_sign_in(world: World) -> Any:
    return AccessFailureLog.objects.create(**_access())


def lock_out(world: World) -> Any:
    return AccessAttempt.objects.create(
        **_access(), get_data="", post_data="secret", failures_since_start=8
    )


ROWS: dict[type[Model], Callable[[World], Any]] = {
    models.Order: order,
    models.MergeGroup: merge_group,
    models.FulfillmentOrder: document,
    models.Shipment: shipment,
    models.BuyerMessage: message,
    models.StockLevel: stock_level,
    models.StockMovement: movement,
    models.Demand: demand,
    models.ExpectedReturn: expected_return,
    models.ChannelRefund: channel_refund,
    models.ApprovalRequest: approval,
    models.Store: store,
    models.Listing: listing,
    models.CallLog: call,
    models.Sku: sku,
    models.Bundle: bundle,
    models.Category: category,
    models.Channel: channel,
    models.Warehouse: warehouse,
    models.User: user,
    models.RoleAssignment: role_assignment,
    models.Department: department,
    models.Project: project,
    models.Delegation: delegation,
    models.TimelineEntry: timeline_entry,
    models.AuditEntry: audit_entry,
    models.EvidenceEntry: evidence,
    models.OutboxEvent: event,
    models.EventDelivery: delivery,
    models.Job: job,
    models.NamedLock: lease,
    models.Heartbeat: heartbeat,
    Schedule: schedule,
    OrmQ: queued,
    Success: done,
    Failure: failed,
    AccessLog: sign_in,
    AccessFailureLog: failed_sign_in,
    AccessAttempt: lock_out,
}
