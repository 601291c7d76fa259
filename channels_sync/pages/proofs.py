"""Where a platform fetches the photograph that proves a refusal: the signed address is the key."""

from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from channels_sync.services import proofs


@require_safe
def proof(request: HttpRequest, token: str) -> HttpResponse:
    """Send one photograph; never kept on the way, never found by a search."""
    try:
        content = proofs.photo(token, now=timezone.now())
    except proofs.NoSuchPhoto:
        raise Http404 from None
    response = HttpResponse(content, content_type="image/jpeg")
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "no-store"
    response["X-Robots-Tag"] = "noindex, nofollow"
    return response
