from django.urls import include, path

urlpatterns = [path("", include("unknot.clinic.intake.urls"))]

handler400 = "unknot.clinic.intake.errors.bad_request"
handler403 = "unknot.clinic.intake.errors.forbidden"
handler404 = "unknot.clinic.intake.errors.not_found"
handler500 = "unknot.clinic.intake.errors.failed"
