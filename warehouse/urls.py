from django.urls import path

from warehouse import webhooks
from warehouse.mobile import api, pages, sign_in

app_name = "warehouse"

urlpatterns = [
    path("", pages.home, name="home"),
    path("login/", sign_in.sign_in, name="login"),
    path("logout/", sign_in.sign_out, name="logout"),
    path("warehouse/", pages.work_in, name="work_in"),
    path("api/scan", api.scan, name="api_scan"),
    path("api/screen/<slug:station>", api.screen, name="api_screen"),
    path("api/parcels/<int:shipment_id>/label", api.label, name="api_label"),
    path("api/parcels/<int:shipment_id>/print", api.print_label, name="api_print"),
    path("api/parcels/<int:shipment_id>/typed", api.type_waybill, name="api_typed"),
    path("api/parcels/<int:shipment_id>/untyped", api.take_off_typed, name="api_untyped"),
    path("api/parcels/<int:shipment_id>/weight", api.weigh, name="api_weigh"),
    path("api/returns/<int:warehouse_id>/photo", api.return_photo, name="api_return_photo"),
    path("photos/<int:photo_id>.jpg", api.return_picture, name="return_photo"),
    path("labels/<int:waybill_id>.pdf", api.label_pdf, name="label_pdf"),
    path("labels/<int:waybill_id>/job", api.print_job, name="api_print_job"),
    path("hooks/<slug:kind>/<str:token>/", webhooks.carrier_push, name="carrier_push"),
    path("<slug:key>/", pages.station, name="station"),
]
