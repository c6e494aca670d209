from __future__ import annotations

from django.conf import settings

from unknot.clinic.intake.errors import too_large


class BodyLimit:
    """Refuse a body that is too large before reading any of it."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        try:
            size = int(request.META.get("CONTENT_LENGTH") or 0)
        except ValueError:
            size = 0
        if size > settings.MAX_BODY_BYTES:
            return too_large(request)
        return self.get_response(request)
