"""The buyer's pages and the pages of whoever decides; included at ``returns/``."""

from django.urls import path

from aftersales.pages import decide
from aftersales.portal import views

app_name = "aftersales"
urlpatterns = [
    path("", views.lookup, name="lookup"),
    path("f/<str:token>/", views.form, name="form"),
    path("f/<str:token>/case/<slug:case_no>/", views.follow, name="follow"),
    path("t/<str:token>/", views.status, name="status"),
    path("t/<str:token>/sent/", views.send_back, name="send_back"),
    path("t/<str:token>/withdraw/", views.withdraw, name="withdraw"),
    path("decide/", decide.waiting, name="decide"),
    path("decide/<slug:case_no>/", decide.case_page, name="decide_case"),
    path("decide/<slug:case_no>/photo/<int:photo_id>/", decide.photo, name="photo"),
]
