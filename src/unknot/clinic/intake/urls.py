from django.urls import path

from unknot.clinic.intake import views

app_name = "intake"
urlpatterns = [
    path("", views.page, name="page"),
    path("answer", views.answer, name="answer"),
    path("areas", views.areas, name="areas"),
    path("figure/<slug:build>-<slug:revision>.json", views.figure, name="figure"),
]
