"""Where signed messages arrive. No session, no form token: the signature is all the proof."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt

from channels_sync.connectors.knocks import Knock
from channels_sync.connectors.shopify import signing as shopify_signing
from channels_sync.connectors.webhook import signing
from channels_sync.services import hooks, knocking, shopify_hooks
from channels_sync.services.hooks import HookRefused, SignedMessage
from channels_sync.services.shopify_hooks import Delivery


@csrf_exempt
def custom(request: HttpRequest, store_code: str) -> JsonResponse:
    """Answer ``{"code": 0}``, with ``"duplicate": true`` for an event that came before, or
    ``{"error": ..., "text": ...}`` under a status that tells the sender whether to try again."""
    try:
        fresh = hooks.receive(store_code, message=_message(request), now=timezone.now())
    except HookRefused as refusal:
        body = {"error": refusal.error, "text": refusal.text}
        return JsonResponse(body, status=refusal.status_code)
    return JsonResponse({"code": 0} if fresh else {"code": 0, "duplicate": True})


@csrf_exempt
def shopify(request: HttpRequest, store_code: str) -> JsonResponse:
    """Answer 200 for what was kept, known or none of our business: anything else comes again, and
    after eight failures in a row Shopify drops the subscription."""
    try:
        shopify_hooks.receive(store_code, delivery=_delivery(request), now=timezone.now())
    except HookRefused as refusal:
        return JsonResponse({"error": refusal.error}, status=refusal.status_code)
    return JsonResponse({"code": 0})


@csrf_exempt
def platform(request: HttpRequest, kind: str, store_code: str) -> HttpResponse:
    """Answer as the platform wants to be answered, or ``{"error": ...}`` under a status that makes
    it try again."""
    try:
        heard = knocking.receive(store_code, kind=kind, knock=_knock(request), now=timezone.now())
    except HookRefused as refusal:
        return JsonResponse({"error": refusal.error}, status=refusal.status_code)
    return HttpResponse(heard.reply, content_type=heard.reply_type)


def _knock(request: HttpRequest) -> Knock:
    return Knock(
        method=request.method or "",
        path=request.path,
        query=request.META.get("QUERY_STRING", ""),
        headers={name.lower(): value for name, value in request.headers.items()},
        body=_body(request),
    )


def _delivery(request: HttpRequest) -> Delivery:
    if request.method != "POST":
        raise HookRefused("method", 405, "Send the message by POST.")
    return Delivery(
        topic=request.headers.get(shopify_signing.TOPIC_HEADER, ""),
        signature=request.headers.get(shopify_signing.HMAC_HEADER, ""),
        shop_domain=request.headers.get(shopify_signing.DOMAIN_HEADER, ""),
        webhook_id=request.headers.get(shopify_signing.WEBHOOK_ID_HEADER, ""),
        triggered_at=request.headers.get(shopify_signing.TRIGGERED_AT_HEADER, ""),
        body=_body(request),
    )


def _message(request: HttpRequest) -> SignedMessage:
    if request.method != "POST":
        raise HookRefused("method", 405, "Send the message by POST.")
    return SignedMessage(
        method=request.method,
        path=request.path,
        timestamp=request.headers.get(signing.TIMESTAMP_HEADER, ""),
        nonce=request.headers.get(signing.NONCE_HEADER, ""),
        signature=request.headers.get(signing.SIGNATURE_HEADER, ""),
        event_id=request.headers.get(signing.EVENT_ID_HEADER, ""),
        body=_body(request),
    )


def _body(request: HttpRequest) -> bytes:
    told = request.headers.get("Content-Length", "")
    if told.isdecimal() and int(told) > hooks.LARGEST_BODY:
        raise HookRefused("too_large", 413, "The body is larger than 1 MB.")
    body = request.read(hooks.LARGEST_BODY + 1)
    if len(body) > hooks.LARGEST_BODY:
        raise HookRefused("too_large", 413, "The body is larger than 1 MB.")
    return body
