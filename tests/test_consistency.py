"""What no single test would miss: files that nobody uses, words that nobody translated."""

import io
import re
import shutil
from pathlib import Path

import polib
import pytest
from django.apps import apps
from django.conf import settings
from django.contrib.admin import site
from django.core.management import call_command
from django.template import engines
from django.template.loader import get_template
from django.test import override_settings
from django.utils.translation import to_locale

from core.templatetags.portal import _SHORT, _TONES
from exporters.admin.application import ApplicationAdmin
from exporters.admin.catalogue import ProductAdmin
from exporters.admin.lead import LeadAdmin
from exporters.enums import STAFF_STATUS, ApplicationStatus
from memberships.admin.promotion import PromotionPeriodAdmin
from pavilion.admin.pavilion import PavilionAdmin
from promexico_portal.celery import app as celery
from tests.workflow_tables import section, workflows

ROOT = settings.BASE_DIR
TEMPLATES = ROOT / "templates"
OUR_APPS = ("core", "exporters", "memberships", "pavilion", "demo", "promexico_portal")
LANGUAGES = [code for code, _name in settings.LANGUAGES]


def templates() -> list[Path]:
    return sorted(path for path in TEMPLATES.rglob("*") if path.is_file())


def name_of(template: Path) -> str:
    return template.relative_to(TEMPLATES).as_posix()


def sources() -> list[Path]:
    paths = [path for app in OUR_APPS for path in sorted((ROOT / app).rglob("*.py"))]
    return [path for path in paths if path.parent.name != "pictures"]  # a drawing tool


def our_words() -> str:
    """All our Python and all our templates, to look for names in."""
    return "\n".join(path.read_text() for path in [*sources(), *templates()])


# --- Tasks -----------------------------------------------------------------------------------


def test_every_periodic_task_is_one_that_a_worker_knows():
    celery.loader.import_default_modules()
    planned = {entry["task"] for entry in settings.CELERY_BEAT_SCHEDULE.values()}
    assert planned - set(celery.tasks) == set()


# --- Templates -------------------------------------------------------------------------------


def overridden(name: str) -> bool:
    """Whether a package has a template of this name, which ours replaces."""
    loader_dirs = engines["django"].template_dirs
    return any((Path(folder) / name).is_file() for folder in loader_dirs if folder != TEMPLATES)


def test_every_template_is_used():
    words = our_words()
    found_by_django = {"400.html", "403.html", "403_csrf.html", "404.html", "429.html", "500.html"}
    of_moves = {
        f"admin/{admin.opts.app_label}/{admin.opts.model_name}/{move}.html"
        for admin in site._registry.values()
        for move in getattr(admin, "moves", ())
    }
    unused = []
    for template in templates():
        name = name_of(template)
        folder = name.rpartition("/")[0]
        used = (
            f'"{name}"' in words
            or f"'{name}'" in words
            or ("/mail/" in name and f'"{folder}"' in words)
            or name in found_by_django
            or name in of_moves
            or overridden(name)
            # The admin looks for its parts in the folder of a model first.
            or overridden(re.sub(r"^admin/\w+/\w+/", "admin/", name))
        )
        if not used:
            unused.append(name)
    assert not unused


def test_every_template_that_is_named_exists_and_compiles():
    named = set(re.findall(r"""["']([\w/-]+\.(?:html|txt))["']""", our_words()))
    named |= {name_of(template) for template in templates()}
    for name in sorted(named):
        get_template(name)


@pytest.mark.parametrize("template", templates(), ids=name_of)
def test_template_has_nothing_that_the_content_policy_forbids(template):
    if name_of(template).startswith("mail/"):
        pytest.skip("mail programs know no content policy, and need inline styles")
    text = template.read_text()
    assert not re.search(r"<script(?![^>]*(?:\bsrc=|application/json))", text), "inline"
    assert "<style" not in text
    assert not re.search(r"<[^>]*\sstyle\s*=", text), "style attribute"
    assert not re.search(r"<[^>%]*\son[a-z]+\s*=\s*[\"']", text), "event attribute"
    assert "javascript:" not in text
    assert not re.search(r"(?:src|href)=[\"']https?://(?!\{)[^\"']*\.(?:js|css|woff2?)", text)


@pytest.mark.parametrize("template", templates(), ids=name_of)
def test_template_writes_no_one_elses_text_unescaped(template):
    text = template.read_text()
    assert not re.search(r"\|\s*safe\b", text)
    if template.suffix == ".html":
        assert "{% autoescape off %}" not in text


def mail_folders() -> list[Path]:
    return sorted(path for path in TEMPLATES.glob("*/mail/*") if path.is_dir())


@pytest.mark.parametrize("folder", mail_folders(), ids=name_of)
def test_mail_exists_in_every_language(folder):
    assert {path.name for path in folder.iterdir()} == {f"{code}.txt" for code in LANGUAGES}
    variables = [
        set(re.findall(r"{{\s*([\w.]+)", (folder / f"{code}.txt").read_text()))
        for code in LANGUAGES
    ]
    assert variables[0] == variables[1] == variables[2], "each language says the same things"


# --- Database --------------------------------------------------------------------------------


def test_no_migration_is_missing(db):
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)


def test_every_constraint_of_ours_is_tested_by_name():
    tests = "\n".join(path.read_text() for path in (ROOT / "tests").rglob("test_*.py"))
    names = {
        constraint.name
        for app in OUR_APPS
        for model in (apps.get_app_config(app).get_models() if apps.is_installed(app) else ())
        for constraint in model._meta.constraints
    }
    assert len(names) > 20
    assert sorted(name for name in names if name not in tests) == []


def test_every_constraint_of_ours_tells_people_what_is_wrong():
    silent = {
        "there_is_one_pavilion",
        "there_is_one_catalogue_version",
        "page_is_once_in_document",
        "one_read_mark_per_person",
    }  # no form reaches these
    for app in OUR_APPS:
        for model in apps.get_app_config(app).get_models() if apps.is_installed(app) else ():
            for constraint in model._meta.constraints:
                default = constraint.default_violation_error_message
                told = constraint.violation_error_message != default
                assert told or constraint.name in silent, constraint.name


# --- Workflows -------------------------------------------------------------------------------


@pytest.mark.parametrize("title", workflows())
def test_every_status_is_reached_and_known(title):
    workflow, statuses, start = workflows()[title]
    reached = {str(start)}
    while new := {
        t.target for t in workflow.transitions if t.sources & reached and t.target not in reached
    }:
        reached |= new
    assert reached == set(statuses.values)
    assert all(t.sources <= set(statuses.values) for t in workflow.transitions)
    assert set(statuses.values) <= set(_TONES)


def test_every_status_of_an_application_has_a_label_for_staff():
    assert set(STAFF_STATUS) == set(ApplicationStatus)


@pytest.mark.parametrize(
    "admin", [ApplicationAdmin, ProductAdmin, LeadAdmin, PromotionPeriodAdmin, PavilionAdmin]
)
def test_every_step_that_staff_may_take_has_its_button(admin):
    assert set(admin.moves) == {t.name for t in admin.workflow.transitions if t.permission}


@pytest.mark.parametrize("title", workflows())
def test_every_workflow_is_drawn_in_the_documentation_as_it_is(title):
    page = ROOT / "docs" / "workflows.md"
    assert page.exists(), "python -m tests.workflow_tables >docs/workflows.md"
    assert section(title) in page.read_text(), "python -m tests.workflow_tables >docs/workflows.md"


# --- Words -----------------------------------------------------------------------------------


def catalog(code: str) -> polib.POFile:
    return polib.pofile(str(ROOT / "locale" / to_locale(code) / "LC_MESSAGES" / "django.po"))


TRANSLATED = [code for code in LANGUAGES if code != "en"]  # the strings of the code are English


@pytest.mark.parametrize("code", TRANSLATED)
def test_catalog_has_no_empty_and_no_doubtful_translation(code):
    entries = [entry for entry in catalog(code) if not entry.obsolete]
    assert entries
    assert [entry.msgid for entry in entries if not entry.translated()] == []
    assert [entry.msgid for entry in entries if entry.fuzzy] == []


@pytest.mark.parametrize("code", TRANSLATED)
def test_plural_has_each_form_of_its_language(code):
    """One form too few, and people read English."""
    words = catalog(code)
    forms = int(re.match(r"nplurals=(\d+)", words.metadata["Plural-Forms"])[1])
    plurals = [entry for entry in words if entry.msgid_plural and not entry.obsolete]
    assert plurals
    assert [entry.msgid for entry in plurals if len(entry.msgstr_plural) != forms] == []


@pytest.mark.parametrize("code", TRANSLATED)
def test_translation_keeps_the_placeholders(code):
    def placeholders(text):
        return sorted(re.findall(r"%\(\w+\)[sd]|%[sd]|{\w*}", text.replace("%%", "")))

    for entry in catalog(code):
        texts = [*entry.msgstr_plural.values()] if entry.msgid_plural else [entry.msgstr]
        for text in texts:
            allowed = [placeholders(entry.msgid), placeholders(entry.msgid_plural)]
            assert placeholders(text) in allowed, entry.msgid


@pytest.fixture(scope="module")
def words_of_the_code(tmp_path_factory) -> set[tuple]:
    """What makemessages finds in our code and templates."""
    if not shutil.which("xgettext"):
        pytest.skip("gettext is not installed")
    folder = tmp_path_factory.mktemp("words")
    for name in (*OUR_APPS, "templates"):
        shutil.copytree(
            ROOT / name,
            folder / name,
            ignore=lambda where, files: [
                file for file in files
                if file == "migrations" or (Path(where).name == "mail" and where.count("/mail") and
                                            Path(where).parent.name != "templates")
            ],
        )  # fmt: skip
    with pytest.MonkeyPatch.context() as patch, override_settings(LOCALE_PATHS=[folder / "found"]):
        (folder / "found").mkdir()
        patch.chdir(folder)
        call_command(
            "makemessages", locale=["es"], no_location=True, verbosity=0, stdout=io.StringIO()
        )
    found = polib.pofile(str(folder / "found" / "es" / "LC_MESSAGES" / "django.po"))
    return {(entry.msgctxt, entry.msgid, entry.msgid_plural) for entry in found}


@pytest.mark.parametrize("code", TRANSLATED)
def test_every_string_of_the_code_is_in_the_catalog(words_of_the_code, code):
    translated = {
        (entry.msgctxt, entry.msgid, entry.msgid_plural)
        for entry in catalog(code)
        if entry.translated() and not entry.fuzzy and not entry.obsolete
    }
    assert len(words_of_the_code) > 300
    assert sorted(msgid for _, msgid, _ in words_of_the_code - translated) == []


def test_every_language_has_its_name_in_the_switch():
    assert set(_SHORT) == set(LANGUAGES)
