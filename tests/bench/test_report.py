"""The table of script/bench, and what script/audit reads from Lighthouse."""

import importlib
import os
import subprocess
import sys

import pytest
from django.conf import settings
from django.http import HttpResponse
from django.test import RequestFactory

from bench import pages, report
from bench.audit import scores
from bench.clients import Approve, Upload, approve_form, upload_form
from bench.middleware import CountSQLMiddleware, PassablePageCacheMiddleware
from bench.pages import ANSWER, COLD, WISH
from bench.report import Reached, Row
from core.models import User

PAGE = pages.Page("category", "/pavilion/categories/avocado/", "f5", 0.6, 4)


@pytest.mark.parametrize("name", ["bench.bench", "bench.run", "bench.audit.run"])
def test_program_starts_where_nothing_of_the_portal_is_set_up(name):
    environment = {"PATH": os.environ["PATH"], "PYTHONPATH": ".:script"}
    command = [sys.executable, "-m", name, "--help"]
    done = subprocess.run(  # noqa: S603 - our own programs
        command, cwd=settings.BASE_DIR, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert "usage" in done.stdout


def test_what_is_prepared_for_the_measured_pages_can_be_imported():
    importlib.import_module("bench.prepare")


def test_every_page_has_its_yardstick_and_a_name_of_its_own():
    assert {page.yardstick for page in pages.PAGES} == set(pages.YARDSTICKS)
    assert len({page.name for page in pages.PAGES}) == len(pages.PAGES)


def test_table_says_what_is_reached_and_what_is_missed():
    good = Row(PAGE, Reached(0.7, 4), Reached(0.8, 4))
    assert good.growth == pytest.approx(0.8 / 0.7)
    assert report.table([good]).splitlines() == [
        "| Page | Target | Reached | SQL at most | SQL | Growth | OK |",
        "|---|---|---|---|---|---|---|",
        "| category | 0.6 x f5 | 0.70 | 4 | 4 | 1.14 | yes |",
    ]
    bad = Row(PAGE, Reached(0.59, 5), Reached(0.9, 4))
    assert bad.missed == ["slow", "SQL", "grows", "SQL was 4"]
    assert report.table([bad]).endswith("| 1.53 | slow, SQL, grows, SQL was 4 |")


def test_page_that_does_not_answer_is_missed_with_its_reason():
    row = Row(PAGE, Reached(None, None, "answered 404, not 200"))
    assert row.missed == ["answered 404, not 200"]
    assert report.table([row]).endswith("| – | 4 | – | – | answered 404, not 200 |")
    assert Row(PAGE, Reached(None, 4)).missed == ["not measured"]


def test_measured_part_of_the_document_is_replaced_and_the_rest_kept():
    first = report.put_into("# Performance\n\nWords.\n", "one")
    assert first.startswith("# Performance\n\nWords.\n")
    document = first + "\nMore words.\n"
    second = report.put_into(document, r"two \1")
    assert "one" not in second
    assert second == document.replace("one", r"two \1")


def test_memory_above_the_limit_is_told():
    assert report.memory_line(199.6) == "Memory of a web process: 200 MB of at most 200."
    assert "TOO MUCH" in report.memory_line(201)


def test_each_upload_has_a_key_of_its_own_and_each_file_is_approved_once():
    form = upload_form(b"%PDF", token="t" * 32, kind="deed_or_id")
    upload = Upload("upload", "http://127.0.0.1/u", form=form)
    bodies = {upload.take()[1] for _ in range(3)}
    assert len(bodies) == 3
    assert {len(body) for body in bodies} == {len(form)}
    files = [(f"http://127.0.0.1/{n}", approve_form("x", token="t")) for n in range(2)]
    approve = Approve("approve", "http://127.0.0.1/", files=files)
    assert {approve.take()[0], approve.take()[0]} == {"http://127.0.0.1/0", "http://127.0.0.1/1"}
    assert approve.take() is None
    assert approve.taken == 2


def test_statements_are_counted_only_for_who_asks(db):
    def view(request):
        User.objects.count()
        User.objects.count()
        return {}

    middleware = CountSQLMiddleware(view)
    assert middleware(RequestFactory().get("/")) == {}
    assert middleware(RequestFactory().get("/", headers={WISH: "1"})) == {ANSWER: "2"}


def test_page_is_made_anew_for_who_asks_for_a_cold_one(db):
    def view(request):
        response = HttpResponse("page", content_type="text/html")
        response.same_for_everyone = True
        made.append(response)
        return response

    made: list = []
    page = RequestFactory().get
    middleware = PassablePageCacheMiddleware(view)
    for _ in range(2):
        assert "ETag" in middleware(page("/pavilion/"))
    assert len(made) == 1
    assert "ETag" not in middleware(page("/pavilion/", headers={COLD: "1"}))
    assert len(made) == 2


def lighthouse(performance: float, **audits: float) -> dict:
    """What Lighthouse writes of a page, as far as it is read."""
    references = [{"id": name, "weight": 1} for name in audits]
    categories = {name: {"score": 1, "auditRefs": []} for name in scores.LEAST}
    categories["performance"] = {"score": performance, "auditRefs": references}
    return {
        "categories": categories,
        "audits": {
            name: {"id": name, "title": "Title", "score": score, "displayValue": "2.1 s"}
            for name, score in audits.items()
        },
    }


def test_audit_says_which_pages_fall_short_and_why():
    slow = scores.read("home, es", "mobile", lighthouse(0.94, lcp=0.5, tbt=1))
    quick = scores.read("home, es", "mobile", lighthouse(0.95, lcp=0.95))
    assert slow.short == ["performance"]
    assert quick.short == []
    assert scores.middle([slow, quick, quick]) == quick
    assert scores.table([slow]).endswith("| home, es | mobile | 94 (!) | 100 | 100 | 100 |")
    assert scores.reasons([slow]) == "performance: lcp: Title (2.1 s)\n    home, es mobile"
    with pytest.raises(ValueError, match="no page"):
        scores.read("home", "mobile", {"runtimeError": {"message": "no page"}})
