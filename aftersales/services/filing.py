"""A buyer's form becomes a case: once, however often it is sent."""

import hashlib
from dataclasses import replace
from datetime import datetime

from aftersales.models import CaseLink
from aftersales.services.asking import Request
from aftersales.services.intake import open_case
from aftersales.services.links import LinkNotValid, NewLink, make_status_link
from oms.models import Order
from oms.models.locking import atomic_service, lock_row


def form_key(place: str, *, form_token: str) -> str:
    """Return the name of one sending of one form: forms of other places never collide with it."""
    return hashlib.sha256(f"{place}\0{form_token}".encode(errors="replace")).hexdigest()


@atomic_service
def file_request(link_id: int, *, request: Request, form_token: str, now: datetime) -> NewLink:
    """Open the case of a form and use its link up; return the link to follow the case by.

    :raises LinkNotValid: if the link was used up meanwhile
    :raises Refusal: whatever ``intake.open_case`` refuses
    """
    order_id = CaseLink.objects.values_list("order_id", flat=True).get(pk=link_id)
    lock_row(Order, order_id)
    link = CaseLink.objects.select_for_update().get(pk=link_id)
    if link.used_at is not None:
        raise LinkNotValid
    key = form_key(link.token_hash, form_token=form_token)
    asked = replace(request, submission_key=key, link=link)
    case = open_case(order_id, request=asked, actor=None, now=now)
    link.case, link.used_at, link.form_key = case, now, key
    link.save(update_fields=["case", "used_at", "form_key"])
    return make_status_link(case, now=now)


@atomic_service
def find_filed(link_id: int, *, form_token: str, now: datetime) -> NewLink | None:
    """Return a link to the case of a form that was sent already: what a second click gets."""
    link = CaseLink.objects.select_related("case").get(pk=link_id)
    key = form_key(link.token_hash, form_token=form_token)
    if link.case is None or link.form_key != key:
        return None
    return make_status_link(link.case, now=now)
