"""What the application promises whoever asks: headers, refusals, and words on every failure."""

from __future__ import annotations

import json
import os
import stat

import pytest
from django.test import Client

from unknot.clinic.secret import secret_key


@pytest.fixture
def client() -> Client:
    return Client()


def stroke(**changes: object) -> dict[str, object]:
    points = [[330, 500], [335, 560], [338, 640]]
    return {
        "view": "back",
        "radius": 10,
        "intensity": 7,
        "quality": None,
        "layer": "pain",
        "points": points,
    } | changes


def test_only_our_own_things_may_load(client):
    policy = client.get("/")["Content-Security-Policy"]
    parts = {part.split()[0]: part.split()[1:] for part in policy.split(";")}
    assert parts["default-src"] == ["'none'"]
    assert parts["script-src"] == parts["style-src"] == parts["connect-src"] == ["'self'"]
    assert parts["img-src"] == ["'self'", "data:"]
    assert parts["frame-ancestors"] == parts["base-uri"] == ["'none'"]
    assert parts["form-action"] == ["'self'"]


def test_a_page_carries_no_inline_style_or_script(client):
    html = client.get("/").content.decode()
    assert "style=" not in html
    assert "onclick" not in html
    assert html.count("<script") == 2  # the module, and the overlay's data
    assert 'type="module"' in html
    assert 'type="application/json"' in html


@pytest.mark.parametrize(
    ("header", "value"),
    [
        ("X-Content-Type-Options", "nosniff"),
        ("X-Frame-Options", "DENY"),
        ("Referrer-Policy", "same-origin"),
        ("Cross-Origin-Opener-Policy", "same-origin"),
    ],
)
def test_security_headers(client, header, value):
    assert client.get("/")[header] == value


def test_a_post_from_elsewhere_is_refused_in_words():
    refused = Client(enforce_csrf_checks=True).post("/answer", {"where": "left knee"})
    assert refused.status_code == 403
    assert "cookie" in refused.content.decode()
    assert "left knee" not in refused.content.decode()


def test_the_csrf_cookie_is_out_of_reach_for_scripts(client):
    cookie = client.get("/").cookies["csrftoken"]
    assert cookie["httponly"]
    assert cookie["samesite"] == "Strict"


@pytest.mark.parametrize("path", ["/", "/answer"])
def test_a_body_that_is_too_large_is_refused_before_it_is_read(client, path):
    refused = client.post(path, {"story": "x" * 300_000})
    assert refused.status_code == 413
    assert "more than one case can hold" in refused.content.decode()


def test_an_unknown_page_says_so_kindly(client):
    missing = client.get("/nowhere")
    assert missing.status_code == 404
    assert "start again" in missing.content.decode()


def test_a_failure_shows_nothing_that_was_entered(client, monkeypatch):
    def break_down(*_: object) -> None:
        raise RuntimeError("secret story")

    monkeypatch.setattr("unknot.clinic.intake.views.services.look_at", break_down)
    client.raise_request_exception = False
    failed = client.post("/answer", {"story": "secret story"})
    assert failed.status_code == 500
    assert "secret story" not in failed.content.decode()
    assert "Nothing you entered was stored" in failed.content.decode()


def test_pictures_may_be_kept_for_ever_and_raw_data_is_not_served(client):
    html = client.get("/").content.decode()
    prefix = html.split('href="/static/')[1].split("/")[0]
    shade = client.get(f"/static/{prefix}/body/neutral/shade-front.webp")
    assert shade.status_code == 200
    assert "immutable" in shade["Cache-Control"]
    shade.close()
    assert client.get(f"/static/{prefix}/body/zones.csv").status_code == 404
    url = html.split('data-url="')[1].split('"')[0]
    figure = client.get(url)
    assert "immutable" in figure["Cache-Control"]
    assert set(json.loads(figure.content)["views"]) >= {"front", "back", "soles"}
    assert client.get("/figure/neutral-000000000000.json").status_code == 404


def test_a_broken_drawing_is_named_and_the_rest_still_counts(client):
    html = client.post("/answer", {"drawing": "{broken", "where": "left knee"}).content.decode()
    assert "did not arrive whole" in html
    assert "knee" in html


@pytest.mark.parametrize(
    "wrong",
    [
        {"view": "top"},
        {"radius": 900},
        {"points": []},
        {"points": [["a", "b"]]},
        {"intensity": 11},
        {"colour": "red"},
    ],
)
def test_a_wrong_stroke_is_an_error_in_words_and_not_a_failure(client, wrong):
    drawing = json.dumps({"build": "neutral", "strokes": [stroke(**wrong)]})
    answer = client.post("/answer", {"drawing": drawing, "where": "left knee"})
    assert answer.status_code == 200
    html = answer.content.decode()
    assert "could not be used (drawing)" in html
    assert "<strong>Left:</strong>" in html


@pytest.mark.parametrize("places", ["[1, null]", "{}", '[{"area": 5, "side": "up"}]', "[[]]"])
def test_strange_places_do_no_harm(client, places):
    assert client.post("/answer", {"places": places}).status_code == 200


def test_markup_in_words_stays_words(client):
    html = client.post("/answer", {"where": "<script>alert(1)</script>"}).content.decode()
    assert "<script>alert" not in html
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in html


def test_silence_is_not_no(client):
    html = client.post("/answer", {"where": "low back"}).content.decode()
    assert 'data-level="not_screened"' in html


def test_none_of_these_answers_only_what_was_shown(client):
    shown = {"none": "bladder-and-legs", "asked": "bladder-change", "where": "low back"}
    html = client.post("/answer", shown).content.decode()
    row = html.split('name="q.bladder-change" value="no"')[1][:12]
    assert "checked" in row


def test_answers_to_questions_that_no_longer_apply_are_kept(client):
    html = client.post("/answer", {"q.calf-swelling": "no"}).content.decode()
    assert 'name="q.calf-swelling"' in html or "calf-swelling" not in html


def test_the_secret_key_is_made_once_for_its_owner_only(tmp_path, monkeypatch):
    monkeypatch.setenv("UNKNOT_DATA", str(tmp_path))
    monkeypatch.delenv("UNKNOT_SECRET_KEY", raising=False)
    key = secret_key()
    assert len(key) > 50
    assert secret_key() == key
    if os.name == "posix":
        assert stat.S_IMODE((tmp_path / "secret-key").stat().st_mode) == 0o600
    monkeypatch.setenv("UNKNOT_SECRET_KEY", "given")
    assert secret_key() == "given"
