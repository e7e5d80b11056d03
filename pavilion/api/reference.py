"""The reference as a page for people, made of the OpenAPI document: neither can miss the other."""

import json

from django.conf import settings
from django.shortcuts import render
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.views.decorators.http import require_safe

from pavilion.api import problems
from pavilion.api.middleware import PER_MINUTE
from pavilion.api.parameters import MAX_LIMIT
from pavilion.api.routes import api
from pavilion.page_cache import same_for_everyone
from pavilion.search import CAP


@require_safe
@same_for_everyone
def reference(request):
    document = api.get_openapi_schema()
    context = {
        "root": f"{settings.SITE_URL}{reverse('api:api-root')}",
        "version": document["info"]["version"],
        "license": document["info"]["license"]["name"],
        "openapi_url": reverse("api:openapi-json"),
        "per_minute": PER_MINUTE,
        "max_limit": MAX_LIMIT,
        "cap": CAP,
        "tags": _operations(document),
        "objects": _objects(document),
        "errors": problems.DETAILS.items(),
        "problem": _as_json(_example({"$ref": "#/Problem"}, document)),
    }
    return render(request, "pavilion/api_reference.html", context)


def _operations(document: dict) -> list[tuple[str, list[dict]]]:
    """All operations by their tag, in the order of the document."""
    tags: dict[str, list[dict]] = {}
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            told = _operation(document, path, method, operation)
            tags.setdefault(operation["tags"][0], []).append(told)
    return list(tags.items())


def _operation(document: dict, path: str, method: str, operation: dict) -> dict:
    schema = operation["responses"]["200"]["content"]["application/json"]["schema"]
    example = _example(schema, document)
    return {
        "id": operation["operationId"],
        "method": method.upper(),
        "path": path,
        "summary": operation["summary"],
        "description": _with_code(operation["description"]),
        "parameters": [_parameter(each) for each in operation["parameters"]],
        "curl": f"curl '{settings.SITE_URL}{_example_address(path, operation, example)}'",
        "object": schema["$ref"].rpartition("/")[2],
        "example": _as_json(example),
        "statuses": [status for status in operation["responses"] if status != "200"],
    }


def _parameter(parameter: dict) -> dict:
    schema = parameter["schema"]
    return {
        "name": parameter["name"],
        "is_in_path": parameter["in"] == "path",
        "type": schema.get("type", ""),
        "values": schema.get("enum", [schema["const"]] if "const" in schema else []),
        "default": schema.get("default", ""),
        "least": schema.get("minimum"),
        "most": schema.get("maximum"),
        "description": _with_code(parameter.get("description", "")),
    }


def _example_address(path: str, operation: dict, example: dict) -> str:
    query = [
        f"{parameter['name']}={parameter['example']}"
        for parameter in operation["parameters"]
        if "example" in parameter
    ]
    address = path.format(slug=example.get("slug", ""))
    return f"{address}?{'&'.join(query)}" if query else address


def _objects(document: dict) -> list[dict]:
    return [
        {
            "name": name,
            "description": _with_code(schema.get("description", "")),
            "fields": [_field(field, each) for field, each in schema["properties"].items()],
        }
        for name, schema in sorted(document["components"]["schemas"].items())
    ]


def _field(name: str, schema: dict) -> dict:
    may_be_null = {"type": "null"} in schema.get("anyOf", [])
    kinds = [each for each in schema.get("anyOf", [schema]) if each != {"type": "null"}]
    kind, is_list = kinds[0], kinds[0].get("type") == "array"
    if is_list:
        kind = kind["items"]
    return {
        "name": name,
        "object": kind.get("$ref", "").rpartition("/")[2],
        "type": kind.get("format") or kind.get("type", ""),
        "is_list": is_list,
        "may_be_null": may_be_null,
        "description": _with_code(schema.get("description", "")),
    }


def _example(schema: dict, document: dict):
    """A value of this schema, of the examples of its fields."""
    if "$ref" in schema:
        name = schema["$ref"].rpartition("/")[2]
        schema = document["components"]["schemas"][name]
    if "examples" in schema:
        return schema["examples"][0]
    if "anyOf" in schema:
        return _example(schema["anyOf"][0], document)
    if schema["type"] == "array":
        return [_example(schema["items"], document)]
    return {name: _example(each, document) for name, each in schema["properties"].items()}


def _as_json(value) -> str:
    return json.dumps(value, ensure_ascii=False, indent=2)


def _with_code(text: str) -> SafeString:
    """What stands between backticks becomes code; all is escaped."""
    parts = enumerate(" ".join(text.split()).split("`"))
    return format_html_join(
        "",
        "{}",
        ((format_html("<code>{}</code>", part) if at % 2 else part,) for at, part in parts),
    )
