"""The addresses of the product, and beside them the bare views of the baselines."""

from django.urls import include, path

from tests.benchmarks import bare

urlpatterns = [
    path("bare/hook/<slug:store_code>/", bare.hook),
    path("bare/scan/", bare.scan),
    path("", include("oms.urls")),
]
