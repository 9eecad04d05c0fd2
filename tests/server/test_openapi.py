"""The server's own description: valid, complete, and true of what the providers write."""

from typing import Any

import jsonschema
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openapi_spec_validator import validate

from kit import mill
from kit.local_server import ask_server, one
from kit.mill import MILL
from voicekit import _wire, providers
from voicekit._server.shapes import shape
from voicekit.model import Ask
from voicekit.providers import _paths
from voicekit.testing import asks

PAGE = "/_voicekit/openapi.json"


def described(**server: Any) -> dict[str, Any]:
    found: dict[str, Any] = one("GET", PAGE, server=server).json()
    return found


@pytest.fixture(scope="module")
def document() -> dict[str, Any]:
    return described()


@pytest.mark.parametrize("require_key", [None, "*"])
def test_it_is_valid(require_key: str | None) -> None:
    document = described(require_key=require_key)
    validate(document)
    assert document["openapi"].startswith("3.1.")
    names = [row["operationId"] for path in document["paths"].values() for row in path.values()]
    assert len(set(names)) == len(names)


def test_it_describes_every_address_of_the_front_page_and_the_servers_own(document: dict[str, Any]) -> None:
    own = {("GET", "/"), ("GET", "/health"), ("GET", PAGE), ("GET", "/files/{name}"),
           ("GET", "/_voicekit/requests"), ("DELETE", "/_voicekit/requests")}  # fmt: skip
    listed = one("GET", "/").json()["routes"]
    promised = {(row["method"], row[path]) for row in listed for path in ("path", "exact")}
    found = {(method.upper(), path) for path, row in document["paths"].items() for method in row}
    assert found == promised | own


@pytest.mark.parametrize("name", list(providers.find()))
@given(data=st.data())
@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much]
)
def test_whatever_a_provider_writes_is_as_described(
    name: str, document: dict[str, Any], data: st.DataObject
) -> None:
    member = providers.get(name)
    ask: Ask = data.draw(asks(name))
    call = member.encode(ask)
    row = document["paths"][f"/{name}{member.route[1]}"][call.method.lower()]
    stated = {
        "path": _paths.read(member.route[1], call.path),
        "query": dict(call.query),
        "header": dict(call.headers),
    }
    for parameter in row["parameters"]:
        value = (stated[parameter["in"]] or {}).get(parameter["name"])
        assert value is not None or not parameter["required"]
        if value is not None:
            jsonschema.validate(value, parameter["schema"])
    assert sum(map(len, filter(None, stated.values()))) <= len(row["parameters"])
    content = row["requestBody"]["content"]
    assert list(content) == [call.content_type]
    said = _wire.parse(call.body) if call.content_type.endswith("json") else call.body.decode()
    schema = {**content[call.content_type]["schema"], "components": document["components"]}
    jsonschema.validate(said, schema)


def test_a_page_of_voices_is_as_described_whether_more_follow_or_not(document: dict[str, Any]) -> None:
    listed = [row for row in one("GET", "/").json()["routes"] if row["kind"] == "voices"]
    assert {row["method"] for row in listed} == {"GET", "POST"}
    for row in listed:
        answers = document["paths"][row["exact"]][row["method"].lower()]["responses"]["200"]["content"]
        schema = {**answers["application/json"]["schema"], "components": document["components"]}
        for size in ("1", "100"):
            body = {"json": {"pageSize": int(size)}} if row["method"] == "POST" else {}
            jsonschema.validate(one(row["method"], f"{row['exact']}?page_size={size}", **body).json(), schema)


def test_a_provider_that_is_dropped_in_is_described(monkeypatch: pytest.MonkeyPatch) -> None:
    mill.add(monkeypatch)
    document = described()
    validate(document)
    post = document["paths"]["/mill-tasks/mill/sounds"]["post"]
    (header,) = post["parameters"]
    assert (header["in"], header["name"], header["required"]) == ("header", "X-Mill-Priority", False)
    assert {"header-x-mill-key": []} in post["security"]
    assert "429" in post["responses"]
    body = document["components"]["schemas"]["mill-tasks.synthesize.request"]
    assert set(body["required"]) == {"text", "language", "voice", "format", "delivery"}
    assert body["properties"]["delivery"]["enum"] == ["inline", "link"]
    assert body["properties"]["rate"] == {"type": "integer", "minimum": 8_000, "maximum": 16_000}
    poll = document["paths"]["/mill/sounds/{task_id}"]["get"]
    assert poll["parameters"][0]["name"] == "task_id"
    told = document["components"]["schemas"]["mill-tasks.poll.answer.200"]
    assert told["properties"]["state"]["examples"] == ["milling", "done"]
    assert MILL.name in post["tags"]


def test_a_path_of_several_vendors_is_described_as_what_any_of_them_takes(document: dict[str, Any]) -> None:
    row = document["paths"]["/v1/audio/speech"]["post"]
    assert row["tags"] == ["openai", "openai-302ai"]
    (body,) = row["requestBody"]["content"].values()
    assert len(body["schema"]["anyOf"]) == 2
    assert row["security"][0] == {}


def test_a_required_key_is_required_in_writing_too() -> None:
    document = described(require_key="*")
    speech = document["paths"]["/openai/v1/audio/speech"]["post"]
    page = document["paths"]["/_voicekit/requests"]["get"]
    assert speech["security"] == [{"bearer": []}]
    assert "401" in speech["responses"]
    assert {"bearer": []} in page["security"]
    assert "security" not in document["paths"]["/health"]["get"]


def test_it_is_guarded_as_everything_is() -> None:
    assert one("GET", PAGE, headers={"Host": "evil.example"}).status_code == 403


def test_it_is_no_request_of_a_vendor() -> None:
    async def story(client: Any) -> Any:
        await client.get(PAGE)
        return (await client.get("/_voicekit/requests")).json()["count"]

    assert ask_server(story) == 0


PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**40), 2**40) | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=8,
)  # fmt: skip


@given(st.lists(PLAIN, max_size=6), st.lists(PLAIN, max_size=6))
def test_every_example_fits_the_shape_of_all(values: list[Any], varied: list[Any]) -> None:
    schema = shape(values, varied)
    jsonschema.Draft202012Validator.check_schema(schema)
    for value in (*values, *varied):
        jsonschema.validate(value, schema)


@pytest.mark.parametrize(
    ("values", "varied", "found"),
    [
        (["a", "a"], ["a", "b"], {"type": "string", "enum": ["a", "b"]}),
        (["a", "c"], ["a", "b"], {"type": "string", "examples": ["a", "c", "b"]}),
        ([1, 1], [0, 2.5], {"type": "number", "minimum": 0, "maximum": 2.5}),
        ([1], [], {"type": "integer", "examples": [1]}),
        ([None, "a"], [], {"type": ["null", "string"], "examples": ["a"]}),
        ([None], ["a", "b"], {"type": ["null", "string"], "examples": ["a", "b"]}),
        ([True], [False], {"type": "boolean"}),
        ([], [], {}),
        ([{"a": 1}, {}], [], {"type": "object", "properties": {"a": {"type": "integer", "examples": [1]}}}),
        ([[1], []], [], {"type": "array", "items": {"type": "integer", "examples": [1]}}),
    ],
)  # fmt: skip
def test_the_shape_of_some_examples(values: list[Any], varied: list[Any], found: dict[str, Any]) -> None:
    assert shape(values, varied) == found
