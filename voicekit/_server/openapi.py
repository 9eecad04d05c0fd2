"""The server's own description: an OpenAPI document, put together from the providers and from the pages that it has itself.

Each provider's calls stand below its name, where nobody else answers, and once more where the vendor has them, together with those
of others that have the same path. Imports the desk, reception's answers, wires, shapes and model.
"""

from collections.abc import Iterable, Mapping, Sequence
from http import HTTPStatus
from typing import Any, Final

from attrs import frozen
from starlette.exceptions import HTTPException

from voicekit import __version__, _wire
from voicekit._server.desk import Desk
from voicekit._server.reception import refusal_of
from voicekit._server.shapes import shape
from voicekit._server.wires import Operation, Schemas, operations
from voicekit.providers import Provider, _paths

VERSION: Final = "3.1.1"
_ABOUT: Final = (
    "Vendors' speech APIs, answered by voicekit's embedded voice. Nothing here costs money.\n\n"
    "Every request body is described as voicekit writes it; a vendor may take more, and the server then does too. Below a "
    "provider's name exactly one answers; where several vendors have one path, the key that comes with a request says which is "
    "meant. Faults on demand (`--fault`) may answer with anything."
)
_SUMMARIES: Final = {
    "synthesize": "Speak",
    "poll": "Ask how far a task is",
    "voices": "List the voices",
}
_NO_PAGE: Final = "This server does not answer to web pages, nor to that host name."


@frozen
class Page:
    """A page of the server's own.

    Attributes:
        summary: What it is for.
        answers: What it answers with, by status: a schema by media type, or nothing where there is no body.
        refuses: With which statuses it refuses, beside those of a foreign page and of a missing key.
        keyed: Whether it asks for the key where one is required.
    """

    method: str
    path: str
    summary: str
    answers: Mapping[int, Schemas]
    refuses: Sequence[int] = ()
    keyed: bool = False


def json_page(method: str, path: str, summary: str, example: Any, **how: Any) -> Page:
    """Return a page that answers with JSON, as an example of it shows."""
    return Page(method, path, summary, {200: {"application/json": shape([example])}}, **how)


def document(desks: Sequence[Desk], pages: Iterable[Page]) -> Mapping[str, Any]:
    """Return the document as plain data.

    Args:
        desks: Everybody who answers.
        pages: The server's own pages.
    """
    required = desks[0].house.require_key is not None if desks else False
    ways = {desk.provider.name: _ways(desk.provider) for desk in desks}
    security = {key: how for found in ways.values() for key, how in found.items()}
    schemas: dict[str, Any] = {"refusal": shape([_wire.parse(_refused(403).body)])}
    shared: dict[tuple[str, str], list[Operation]] = {}
    paths: dict[str, dict[str, Any]] = {}
    for page in pages:
        keys: list[Any] = [{key: []} for key in security] if page.keyed and required else []
        paths.setdefault(page.path, {})[page.method.lower()] = _own(page, keys)
    for one in (found for desk in desks for found in operations(desk)):
        named = _named(one, schemas)
        exact = paths.setdefault(f"/{one.provider}{one.service.path}", {})
        exact[one.service.method.lower()] = _together([named], ways, required, "exact")
        shared.setdefault((one.service.path, one.service.method), []).append(named)
    for (path, method), several in shared.items():
        paths.setdefault(path, {})[method.lower()] = _together(several, ways, required, "any")
    return {
        "openapi": VERSION,
        "info": {"title": "voicekit's local server", "version": __version__, "description": _ABOUT},
        "paths": paths,
        "components": {"schemas": schemas, "securitySchemes": security},
    }


def _own(page: Page, keys: Sequence[Any]) -> Mapping[str, Any]:
    refuses = [403, *page.refuses, *([401] if keys else [])]
    own = {"application/json": {"$ref": "#/components/schemas/refusal"}}
    answers = {**page.answers, **dict.fromkeys(refuses, own)}
    return {
        "operationId": f"voicekit.{page.method.lower()}.{page.path.strip('/') or 'front'}",
        "summary": page.summary,
        **({"parameters": names} if (names := _names(page.path)) else {}),
        **({"security": keys} if keys else {}),
        "responses": _responses({status: [schemas] for status, schemas in answers.items()}),
    }


def _names(path: str) -> list[Mapping[str, Any]]:
    return [
        {"in": "path", "name": name, "required": True, "schema": {"type": "string"}}
        for name in _paths.names(path)
    ]


def _named(one: Operation, schemas: dict[str, Any]) -> Operation:
    """Give each of an operation's schemas a name, and refer to it by that."""
    stem = f"{one.provider}.{one.service.name}"

    def put(name: str, found: Schemas) -> Schemas:
        written = {}
        for kind, schema in found.items():
            full = f"{stem}.{name}" if len(found) == 1 else f"{stem}.{name}.{kind.replace('/', '.')}"
            schemas[full] = schema
            written[kind] = {"$ref": f"#/components/schemas/{full}"} if schema else {}
        return written

    return Operation(
        one.provider,
        one.service,
        put("request", one.takes),
        {status: put(f"answer.{status}", found) for status, found in one.gives.items()},
        put("refusal", one.refuses),
        one.statuses,
        one.parameters,
    )


def _together(
    several: Sequence[Operation], ways: Mapping[str, Mapping[str, Any]], required: bool, form: str
) -> Mapping[str, Any]:
    """Describe one method of one path, of all who have it."""
    first = several[0]
    names = [one.provider for one in several]
    answers: dict[int, list[Schemas]] = {}
    for one in several:
        for status in one.statuses:
            answers.setdefault(status, []).append(one.refuses)
        for status, schemas in one.gives.items():
            answers.setdefault(status, []).append(schemas)
    answers[403].append({"application/json": {"$ref": "#/components/schemas/refusal"}})
    keys: list[Any] = [{key: []} for key in dict.fromkeys(key for name in names for key in ways[name])]
    body = _content([one.takes for one in several])
    return {
        "operationId": f"{form}.{'+'.join(names)}.{first.service.method.lower()}.{first.service.name}",
        "summary": f"{_SUMMARIES[first.service.kind]}: {', '.join(names)}",
        "tags": names,
        "parameters": _parameters(several),
        **({"requestBody": {"required": True, "content": body}} if body else {}),
        "security": keys if required else [{}, *keys],
        "responses": _responses(answers),
    }


def _parameters(several: Sequence[Operation]) -> list[Mapping[str, Any]]:
    found = dict.fromkeys(key for one in several for key in one.parameters)
    rows: list[Mapping[str, Any]] = []
    for key in found:
        mine = [one.parameters[key] for one in several if key in one.parameters]
        needed = len(mine) == len(several) and all(needed for _, needed in mine)
        schema = _any_of([schema for schema, _ in mine])
        rows.append({"in": key[0], "name": key[1], "required": needed, "schema": schema})
    return rows


def _responses(answers: Mapping[int, Sequence[Schemas]]) -> Mapping[str, Any]:
    return {
        str(status): {
            "description": HTTPStatus(status).phrase,
            **({"content": content} if (content := _content(answers[status])) else {}),
        }
        for status in sorted(answers)
    }


def _content(several: Sequence[Schemas]) -> Mapping[str, Any]:
    """Return what a body may be, whoever it is of; bytes have no schema."""
    kinds = dict.fromkeys(kind for one in several for kind in one)
    return {
        kind: {"schema": schema} if (schema := _any_of([one[kind] for one in several if kind in one])) else {}
        for kind in kinds
    }


def _any_of(schemas: Iterable[Any]) -> Mapping[str, Any]:
    distinct: list[Any] = []
    for schema in schemas:
        if schema not in distinct:
            distinct.append(schema)
    return distinct[0] if len(distinct) == 1 else {"anyOf": distinct}


def _ways(provider: Provider) -> Mapping[str, Any]:
    """Return the ways in which a key may be brought, by a name of each."""
    how = provider.authentication
    in_header = {"type": "apiKey", "in": "header", "name": how.header}
    found: dict[str, Any] = {}
    if how.kind == "sigv4":
        found["aws-signature"] = {**in_header, "description": "AWS's signature, version 4"}
    if how.kind == "header":
        found[f"header-{how.header.lower()}"] = in_header
    if how.query:
        found[f"query-{how.query}"] = {"type": "apiKey", "in": "query", "name": how.query}
    if how.bearer or how.kind == "bearer":
        found["bearer"] = {"type": "http", "scheme": "bearer"}
    return found


def _refused(status: int) -> Any:
    return refusal_of(None, HTTPException(status, _NO_PAGE))
