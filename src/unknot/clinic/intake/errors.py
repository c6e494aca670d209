"""Friendly pages for what went wrong; none of them repeats what was entered."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

PARTIAL = "X-Unknot-Partial"
"""Header of a request made by the page's own script, which wants a piece and not a page."""


def _page(request: HttpRequest, name: str, status: int) -> HttpResponse:
    wants_piece = request.headers.get(PARTIAL) == "1"
    context = {"name": name, "status": status}
    return render(request, f"intake/{'_' if wants_piece else ''}error.html", context, status=status)


def bad_request(request, exception=None):
    return _page(request, "bad_request", 400)


def forbidden(request, exception=None):
    return _page(request, "forbidden", 403)


def csrf_failed(request, reason=""):
    return _page(request, "csrf", 403)


def not_found(request, exception=None):
    return _page(request, "not_found", 404)


def too_large(request):
    return _page(request, "too_large", 413)


def failed(request):
    return _page(request, "failed", 500)
