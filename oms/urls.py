from django.conf import settings
from django.contrib import admin
from django.urls import include, path

from oms.pages import start, tour
from oms.pages.health import healthz

handler500 = "oms.pages.errors.server_error"

urlpatterns = [
    path("", start.first_page, name="first_page"),
    path("demo/sign-in/", start.sign_in_as, name="demo_sign_in"),
    path("demo/tour/", tour.tour, name="demo_tour"),
    path("demo/tour/<str:key>/", tour.play, name="demo_play"),
    path("healthz", healthz, name="healthz"),
    path(settings.ADMIN_PATH, admin.site.urls),
    path("wh/", include("warehouse.urls")),
    path("returns/", include("aftersales.urls")),
    path("", include("channels_sync.urls")),
]
