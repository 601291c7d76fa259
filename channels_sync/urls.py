from django.urls import path

from channels_sync import webhooks
from channels_sync.pages.authorized import authorized
from channels_sync.pages.proofs import proof

urlpatterns = [
    path("hooks/custom/<slug:store_code>/", webhooks.custom, name="custom_hook"),
    path("hooks/shopify/<slug:store_code>/", webhooks.shopify, name="shopify_hook"),
    path("channels/authorized/", authorized, name="channel_authorized"),
    path("channels/proof/<str:token>.jpg", proof, name="channel_proof"),
    path("hooks/<slug:kind>/<slug:store_code>/", webhooks.platform, name="platform_hook"),
]
