"""The API as a whole, and its OpenAPI document."""

from copy import deepcopy
from functools import cache

from django.conf import settings
from django.shortcuts import redirect
from django.utils import translation
from ninja import NinjaAPI
from ninja.openapi.docs import DocsBase

from pavilion.api import categories, companies, problems, products, state
from pavilion.page_cache import same_for_everyone

VERSION = "1.0.0"

_TEXT = """The pavilion of small Mexican exporters for programs: its state, its categories, its
companies and their products, in Spanish, English and Chinese. Everything here is public, and
nothing can be changed: there are no keys and no accounts."""

_HEADERS = {
    "ETag": "Send it back as `If-None-Match`: if nothing has changed the answer is a 304 without "
    "content.",
    "Link": "The neighbours of a page, with `rel` next and prev.",
    "RateLimit": "How many requests are left (`r`) for so many seconds (`t`).",
    "RateLimit-Policy": "How many requests (`q`) an address may make in so many seconds (`w`).",
    "Retry-After": "After how many seconds to try again.",
}
# What each operation may answer beside its content.
_ALWAYS = (405, 422, 429, 500, 503)


class Reference(DocsBase):
    """A page of the site, see `reference`: here it is but pointed to."""

    def render_page(self, request, api, **kwargs):
        """In the language that the browser prefers; its fragment comes along."""
        with translation.override(translation.get_language_from_request(request)):
            return redirect("pavilion:api_reference")


class PublicApi(NinjaAPI):
    def get_openapi_operation_id(self, operation) -> str:
        return operation.view_func.__name__

    @cache  # noqa: B019 - one instance, which lives as long as the process
    def _document(self) -> dict:
        document = super().get_openapi_schema(path_prefix="/api/v1/")
        document["components"]["headers"] = {
            name: {"description": text, "schema": {"type": "string"}}
            for name, text in _HEADERS.items()
        }
        schemas = document["components"]["schemas"]
        answered = {name: schemas[name] for name in schemas if not name.endswith("Parameters")}
        document["components"]["schemas"] = answered | _problem_schemas()
        for operations in document["paths"].values():
            for operation in operations.values():
                _complete(operation)
        return document

    def get_openapi_schema(self, **kwargs) -> dict:
        return deepcopy(self._document())


def _problem_schemas() -> dict:
    schema = problems.Problem.model_json_schema(ref_template="#/components/schemas/{model}")
    return {**schema.pop("$defs"), "Problem": schema}


def _complete(operation: dict) -> None:
    """What the library leaves out: errors by their media type, headers, 304; no null parameters."""
    for parameter in operation["parameters"]:
        parameter["schema"] = _without_null(parameter["schema"])
    answers = operation["responses"]
    answers[200]["headers"] = _headers("ETag", "Link", "RateLimit", "RateLimit-Policy")
    answers[304] = {"description": "Nothing has changed since the ETag that was sent."}
    for status in sorted({*answers, *_ALWAYS} - {200, 304}):
        answers[status] = {
            "description": problems.DETAILS[status],
            "content": {
                problems.CONTENT_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}
            },
        }
    for status in (429, 503):
        answers[status]["headers"] = _headers("Retry-After")
    operation["responses"] = {str(status): answers[status] for status in sorted(answers)}


def _headers(*names: str) -> dict:
    return {name: {"$ref": f"#/components/headers/{name}"} for name in names}


def _without_null(schema: dict) -> dict:
    """A parameter is there or not: it is never null."""
    schema = {name: value for name, value in schema.items() if name not in {"title", "anyOf"}} | (
        next((each for each in schema.get("anyOf", []) if each != {"type": "null"}), {})
    )
    if schema.get("default", "") is None:
        del schema["default"]
    return schema


api = PublicApi(
    title=f"Mexico Pavilion · {settings.PROGRAMME_NAME}",
    version=VERSION,
    description=" ".join(_TEXT.split()),
    urls_namespace="api",
    docs=Reference(),
    docs_decorator=same_for_everyone,
    servers=[{"url": settings.SITE_URL}],
    openapi_extra={"info": {"license": {"name": "To be set by the agency"}}},
)
problems.handle_errors(api)
# Stored with the pages, but for the figures, which change with more than the catalogue.
for _router in (categories.router, companies.router, products.router):
    _router.add_decorator(same_for_everyone, mode="view")
for _router in (state.router, categories.router, companies.router, products.router):
    api.add_router("", _router)
