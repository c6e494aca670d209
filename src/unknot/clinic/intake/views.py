from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from unknot.atlas import load_atlas
from unknot.atlas.body import BUILDS
from unknot.clinic.intake import figures, presenters, services
from unknot.clinic.intake.reading import read_form


@require_http_methods(["GET", "HEAD", "POST"])
def page(request: HttpRequest) -> HttpResponse:
    """The page. A post comes from a browser without scripts and gets the whole page back."""
    return render(request, "intake/page.html", _answered(request) | figures.for_page())


@require_POST
def answer(request: HttpRequest) -> HttpResponse:
    """Everything that depends on what was entered, as pieces the script puts in place."""
    return render(request, "intake/_answer.html", _answered(request))


@require_GET
def areas(request: HttpRequest) -> HttpResponse:
    return render(
        request, "intake/_areas.html", {"regions": presenters.areas_by_region(load_atlas())}
    )


@require_GET
@cache_control(public=True, max_age=31_536_000, immutable=True)
def figure(request: HttpRequest, build: str, revision: str) -> HttpResponse:
    if build not in BUILDS or revision != figures.revision(build):
        raise Http404
    return HttpResponse(figures.document(build), content_type="application/json")


def _answered(request: HttpRequest) -> dict:
    atlas = load_atlas()
    today = timezone.localdate()
    entered = read_form(request.POST, atlas, today)
    looked = services.look_at(entered, atlas)
    return {
        "posted": request.method == "POST",
        "form": request.POST,
        "problems": entered.problems,
        "trained": entered.audience == "practitioner",
        **presenters.present(looked, request.POST, atlas),
    }
