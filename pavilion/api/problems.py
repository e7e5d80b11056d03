"""Errors as RFC 9457 has them: one shape for all, whoever found the error."""

import json
from http.client import responses

from django.conf import settings
from django.http import Http404, HttpResponse
from ninja import NinjaAPI
from ninja.errors import ValidationError
from pydantic import BaseModel, Field

CONTENT_TYPE = "application/problem+json"

# What can happen, as the reference lists it.
DETAILS = {
    400: "The address holds characters that no address has.",
    404: "There is nothing at this address. What was public before may be so no longer.",
    405: "This API is read-only: GET, HEAD and OPTIONS.",
    413: "A request of this API needs no body.",
    422: "Some parameters are unknown or have a wrong value.",
    429: "Too many requests from your address. Wait as long as Retry-After says.",
    500: "An error that nobody foresaw. It has been noted under this request's id.",
    503: "The database does not answer. Please try again soon.",
}


class FieldError(BaseModel):
    parameter: str = Field(description="The name of the parameter.", examples=["limit"])
    message: str = Field(
        description="What is wrong with it.",
        examples=["Input should be less than or equal to 100"],
    )


class Problem(BaseModel):
    """An error, as RFC 9457 (`application/problem+json`) has it."""

    type: str = Field(
        description="What kind of error it is: an address of the reference.",
        examples=["https://portal.example/api/v1/docs#error-422"],
    )
    title: str = Field(description="The kind in words.", examples=["Unprocessable Entity"])
    status: int = Field(description="The status of HTTP.", examples=[422])
    detail: str = Field(description="What happened.", examples=[DETAILS[422]])
    request_id: str = Field(
        description="Name it when you ask us about this error.",
        examples=["7d8f6c0f5e6b4d0c9a3b2a1908f7e6d5"],
    )
    errors: list[FieldError] = Field(description="With 422, every parameter that is wrong.")


def problem(request, status: int, *, errors: list[dict] | None = None) -> HttpResponse:
    """The response for an error of this status."""
    content = {
        "type": f"{settings.SITE_URL}/api/v1/docs#error-{status}",
        "title": responses.get(status, "Error"),
        "status": status,
        "detail": DETAILS.get(status, ""),
        "request_id": request.id,
        "errors": errors or [],
    }
    return HttpResponse(
        json.dumps(content, ensure_ascii=False), status=status, content_type=CONTENT_TYPE
    )


def handle_errors(api: NinjaAPI) -> None:
    """Errors that the library finds; all others reach the middleware as pages."""
    api.add_exception_handler(ValidationError, _refused)
    api.add_exception_handler(Http404, lambda request, error: problem(request, 404))


def _refused(request, error: ValidationError) -> HttpResponse:
    errors = [{"parameter": _parameter(each), "message": _message(each)} for each in error.errors]
    return problem(request, 422, errors=errors)


def _parameter(error: dict) -> str:
    return str(error["loc"][-1])[:100]


def _message(error: dict) -> str:
    if error["type"] == "extra_forbidden":
        return "There is no such parameter here."
    if error["type"] in {"string_type", "int_type"}:  # a list of values
        return "Give it once."
    return error["msg"]
