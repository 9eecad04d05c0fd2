"""`store:` of `voicekit.yaml`: what is taken, what is refused and where; and that no secret is taken or repeated."""

from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

import voicekit
from kit.projects import FILES, project, wrong
from voicekit.cli import _schemas
from voicekit.errors import ConfigError, Place
from voicekit.model import StoreConfig

SECRET = "wJalrXUtnFEMI-K7MDENG-canary"


def write(root: Path, store: str) -> Path:
    return project(root, {"voicekit.yaml": f"{FILES['voicekit.yaml']}{store}\n"})


def fits(text: str) -> bool:
    """Whether the schema takes a project with this store."""
    data: Any = yaml.safe_load(f"{FILES['voicekit.yaml']}{text}\n")
    return bool(jsonschema.Draft202012Validator(_schemas.schema("project")).is_valid(data))


@pytest.mark.parametrize(
    ("text", "url", "read_only", "options"),
    [
        ("store: {url: 's3://voices'}", "s3://voices", False, ()),
        ("store: {url: 's3://voices/acme/ivr', read_only: true}", "s3://voices/acme/ivr", True, ()),
        (
            "store: {url: 's3://v/a', options: {region: eu-central-1, endpoint: 'http://minio.example.com:9000/'}}",
            "s3://v/a",
            False,
            (("endpoint", "http://minio.example.com:9000"), ("region", "eu-central-1")),
        ),
        (
            "store: {url: 's3://v', options: {virtual_hosted_style_request: true, skip_signature: false}}",
            "s3://v",
            False,
            (("skip_signature", "false"), ("virtual_hosted_style_request", "true")),
        ),
        ("store: {url: 'gs://voices/acme'}", "gs://voices/acme", False, ()),
        ("store: {url: 'az://c/p', options: {account_name: a}}", "az://c/p", False, (("account_name", "a"),)),
        ("store: {url: /mnt/share/voices}", "/mnt/share/voices", False, ()),
        ("store: {url: ../voices}", "../voices", False, ()),
        ("store: {url: 'file:///mnt/my%20share'}", "file:///mnt/my%20share", False, ()),
    ],
)
def test_a_store_is_read(
    text: str, url: str, read_only: bool, options: tuple[tuple[str, str], ...], tmp_path: Path
) -> None:
    root = write(tmp_path, text)
    found = voicekit.load(root).store
    assert found == StoreConfig(url, read_only, options, Place(str(root / "voicekit.yaml"), 4))
    assert fits(text)


@pytest.mark.parametrize("text", ["", "store:", "store: null"])
def test_without_a_store_nothing_is_shared(text: str, tmp_path: Path) -> None:
    assert voicekit.load(write(tmp_path, text)).store is None


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("store: s3://voices", "store: expected a mapping, found text"),
        ("store: {}", "store.url: is missing"),
        ("store: {url: 7}", "store.url: expected text, found a number"),
        ("store: {url: ' '}", "store.url: is blank"),
        ("store: {url: 's3://'}", "store.url: names no bucket"),
        ("store: {url: 's3:///voices'}", "store.url: names no bucket"),
        ("store: {url: 's3://voices:80/a'}", "store.url: names no bucket"),
        ("store: {url: 's3://voices/a/../b'}", "store.url: names no bucket"),
        ("store: {url: 's3://[voices'}", "store.url: is not an address"),
        ("store: {url: 's3://voices:x/a'}", "store.url: is not an address"),
        ("store: {url: 'ftp://voices'}", "store.url: is no kind of address that a store can have"),
        (
            "store: {url: 'https://s3.example.com/voices'}",
            "store.url: is no kind of address that a store can have",
        ),
        ("store: {url: 'file://server/voices'}", "store.url: is not the address of a folder"),
        ("store: {url: 'file://voices'}", "store.url: is not the address of a folder"),
        ("store: {url: 's3://v', read_only: maybe}", "store.read_only: expected true or false, found text"),
        ("store: {url: 's3://v', readonly: true}", "store.readonly: unknown key"),
        ("store: {url: 's3://v', options: [a]}", "store.options: expected a mapping, found a list"),
        ("store: {url: 's3://v', options: {reigon: eu}}", "store.options.reigon: unknown key"),
        (
            "store: {url: 's3://v', options: {region: 7}}",
            "store.options.region: expected text, found a number",
        ),
        ("store: {url: 's3://v', options: {region: ''}}", "store.options.region: is blank"),
        ("store: {url: 's3://v', options: {endpoint: minio}}", "store.options.endpoint: is not an address"),
        (
            "store: {url: 's3://v', options: {endpoint: 'http://a b'}}",
            "store.options.endpoint: is not an address",
        ),
        (
            "store: {url: 's3://v', options: {endpoint: 'http://h:x'}}",
            "store.options.endpoint: is not an address",
        ),
        ("store: {url: 'gs://v', options: {region: eu}}", "store.options.region: unknown key"),
        ("store: {url: /mnt/voices, options: {region: eu}}", "store.options.region: unknown key"),
    ],
)
def test_what_is_wrong_is_told_with_its_line(text: str, message: str, tmp_path: Path) -> None:
    assert wrong(write(tmp_path, text)) == [("voicekit.yaml", 4, message)]


@pytest.mark.parametrize(
    "text",
    [
        f"store: {{url: 's3://AKIA:{SECRET}@voices/a'}}",
        f"store: {{url: 's3://{SECRET}@voices/a'}}",
        f"store: {{url: 'az://container/a?sv=2024&sig={SECRET}'}}",
        f"store: {{url: 's3://voices/a#{SECRET}'}}",
        f"store: {{url: '{SECRET}://voices'}}",
        *(
            f"store: {{url: 's3://voices', options: {{{name}: '{SECRET}'}}}}"
            for name in (
                "secret_access_key",
                "aws_secret_access_key",
                "access_key_id",
                "session_token",
                "token",
                "password",
                "sas_key",
                "SECRET",
                "sse_customer_key_base64",
            )
        ),
        f"store: {{url: 's3://voices', options: {{endpoint: 'https://me:{SECRET}@s3.example.com'}}}}",
        f"store: {{url: 's3://voices', options: {{endpoint: 'https://s3.example.com/?token={SECRET}'}}}}",
        f"store: {{url: 's3://voices', options: {{regoin: '{SECRET}'}}}}",
    ],
)
def test_what_may_be_a_secret_is_refused_and_never_repeated(text: str, tmp_path: Path) -> None:
    with pytest.raises(ConfigError) as caught:
        voicekit.load(write(tmp_path, text))
    [problem] = caught.value.problems
    assert SECRET not in repr(problem)
    assert SECRET[:10] not in str(caught.value)
    assert problem.remedy


@pytest.mark.parametrize(
    "name", ["secret_access_key", "session_token", "account_key", "sas_token", "password"]
)
def test_the_remedy_for_a_secret_is_the_environment(name: str, tmp_path: Path) -> None:
    with pytest.raises(ConfigError) as caught:
        voicekit.load(write(tmp_path, f"store: {{url: 's3://voices', options: {{{name}: x}}}}"))
    [problem] = caught.value.problems
    assert "environment" in problem.remedy
    assert not fits(f"store: {{url: 's3://voices', options: {{{name}: x}}}}")


def test_the_schema_knows_every_option() -> None:
    assert fits(
        "store: {url: 's3://v', read_only: true, options: {endpoint: 'https://s3.example.com', region: eu}}"
    )
    assert not fits("store: {read_only: true}")
    assert not fits("store: {url: 's3://v', readonly: true}")
    assert not fits("store: {url: 's3://v', options: {reigon: eu}}")
