"""What an OpenAPI 3.1 document must be, and whether an answer is what it says: the parts we use."""

import re

_KINDS = {
    "string": str,
    "integer": int,
    "number": (int, float),
    "boolean": bool,
    "object": dict,
    "array": list,
    "null": type(None),
}
_FORMATS = {
    "date": re.compile(r"\d{4}-\d\d-\d\d"),
    "date-time": re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z"),
}
_KNOWN = {
    "$ref", "title", "description", "type", "format", "enum", "const", "anyOf", "items",
    "properties", "required", "additionalProperties", "default", "example", "examples", "minimum",
    "maximum", "maxLength", "minLength", "pattern",
}  # fmt: skip


def resolve(document: dict, reference: str):
    """What a local reference leads to."""
    found = document
    for part in reference.removeprefix("#/").split("/"):
        found = found[part]
    return found


def faults(value, schema: dict, document: dict, at: str = "$") -> list[str]:
    """Where a value is not what its schema says; objects have no fields beyond theirs."""
    assert set(schema) <= _KNOWN, f"{at}: this check does not know {set(schema) - _KNOWN}"
    if "$ref" in schema:
        return faults(value, resolve(document, schema["$ref"]), document, at)
    if "anyOf" in schema:
        tried = [faults(value, each, document, at) for each in schema["anyOf"]]
        return min(tried, key=len)
    kind = schema["type"]
    is_flag = isinstance(value, bool) and kind != "boolean"
    if is_flag or not isinstance(value, _KINDS[kind]):
        return [f"{at}: {value!r} is no {kind}"]
    if kind == "array":
        return [
            fault
            for index, item in enumerate(value)
            for fault in faults(item, schema["items"], document, f"{at}[{index}]")
        ]
    if kind == "object":
        return _faults_of_object(value, schema, document, at)
    if "format" in schema and not _FORMATS[schema["format"]].fullmatch(value):
        return [f"{at}: {value!r} is no {schema['format']}"]
    return []


def _faults_of_object(value: dict, schema: dict, document: dict, at: str) -> list[str]:
    if "properties" not in schema:
        inner = schema["additionalProperties"]
        return [f for name in value for f in faults(value[name], inner, document, f"{at}.{name}")]
    found = [f"{at}.{name} is missing" for name in set(schema.get("required", ())) - set(value)]
    for name, inner in value.items():
        if name in schema["properties"]:
            found += faults(inner, schema["properties"][name], document, f"{at}.{name}")
        else:
            found.append(f"{at}.{name} is not in the document")
    return found


def check_document(document: dict) -> None:
    """The rules of OpenAPI 3.1 for all that our document uses."""
    assert re.fullmatch(r"3\.1\.\d", document["openapi"])
    assert set(document) <= {"openapi", "info", "servers", "paths", "components", "tags"}
    assert {"title", "version"} <= set(document["info"])
    assert document["info"]["license"]["name"]
    assert all(set(server) <= {"url", "description"} for server in document["servers"])
    identities = [
        operation["operationId"]
        for operations in document["paths"].values()
        for operation in operations.values()
    ]
    assert len(identities) == len(set(identities))
    for path, operations in document["paths"].items():
        assert path.startswith("/")
        for method, operation in operations.items():
            assert method == "get"
            _check_operation(path, operation, document)
    for name, schema in document["components"]["schemas"].items():
        assert re.fullmatch(r"[a-zA-Z0-9._-]+", name)
        _check_schema(schema, document)


def _check_operation(path: str, operation: dict, document: dict) -> None:
    parameters = operation["parameters"]
    names = [(parameter["in"], parameter["name"]) for parameter in parameters]
    assert len(names) == len(set(names))
    in_path = {name for where, name in names if where == "path"}
    assert in_path == set(re.findall(r"{(\w+)}", path))
    for parameter in parameters:
        assert set(parameter) <= {"in", "name", "schema", "required", "description", "example"}
        assert parameter["required"] is (parameter["in"] == "path")
        _check_schema(parameter["schema"], document)
        assert {"type": "null"} not in parameter["schema"].get("anyOf", [])
    for status, answer in operation["responses"].items():
        assert re.fullmatch(r"[1-5]\d\d", status)
        assert answer["description"]
        for header in answer.get("headers", {}).values():
            assert resolve(document, header["$ref"])["schema"]
        for content in answer.get("content", {}).values():
            _check_schema(content["schema"], document)


def _check_schema(schema: dict, document: dict) -> None:
    """Known words, references that lead somewhere, and examples that are what they show."""
    assert set(schema) <= _KNOWN, set(schema) - _KNOWN
    if "$ref" in schema:
        assert resolve(document, schema["$ref"])
    for inner in (*schema.get("anyOf", ()), *schema.get("properties", {}).values()):
        _check_schema(inner, document)
    if "items" in schema:
        _check_schema(schema["items"], document)
    assert set(schema.get("required", ())) <= set(schema.get("properties", ()))
    assert isinstance(schema.get("examples", []), list)
    for example in schema.get("examples", ()):
        assert faults(example, schema, document) == []
