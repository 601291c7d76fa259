from django.urls import path

from channels_sync import webhooks

urlpatterns = [
    path("hooks/custom/<slug:store_code>/", webhooks.custom, name="custom_hook"),
    path("hooks/shopify/<slug:store_code>/", webhooks.shopify, name="shopify_hook"),
    path("hooks/<slug:kind>/<slug:store_code>/", webhooks.platform, name="platform_hook"),
]
