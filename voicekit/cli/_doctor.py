"""What `voicekit doctor` tries on this machine."""

import os
import sys
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, version
from typing import Literal

from attrs import frozen

from voicekit.cli import _output
from voicekit.errors import VoicekitError
from voicekit.model import NO_VALUES, Settings

_PACKAGES = (
    "attrs",
    "av",
    "babel",
    "cattrs",
    "espeakng-loader",
    "httpx",
    "jinja2",
    "numpy",
    "orjson",
    "starlette",
    "uvicorn",
)


@frozen
class Examined:
    """One thing that was tried."""

    name: str
    state: Literal["ok", "note", "fail"]
    detail: str


def examine(project: str | None) -> list[Examined]:
    """Try everything, and say how each went."""
    return [_python(), _packages(), _fast(), _engine(), *_encoders(), *_project(project)]


def _python() -> Examined:
    fine = sys.version_info >= (3, 11)
    return Examined("python", "ok" if fine else "fail", f"{sys.version.split()[0]} on {sys.platform}")


def _packages() -> Examined:
    try:
        return Examined("packages", "ok", ", ".join(f"{name} {version(name)}" for name in _PACKAGES))
    except PackageNotFoundError as missing:
        return Examined("packages", "fail", f"{missing.name} is not installed")


def _fast() -> Examined:
    try:
        return Examined("fast transport", "ok", f"httpx-aiohttp {version('httpx-aiohttp')}")
    except PackageNotFoundError:
        return Examined(
            "fast transport",
            "note",
            "not installed; `pip install 'voicekit[fast]'` for many requests at once",
        )


def _engine() -> Examined:
    from voicekit import _embedded, _say

    settings = Settings("google-302ai", "en-US", "en-US-Standard-A", encoding="LINEAR16")
    try:
        said = _say.say("One, two, three.", settings)
    except VoicekitError as error:
        return Examined("embedded voice", "fail", error.problems[0].message)
    return Examined("embedded voice", "ok", f"{_embedded.source()}, spoke {said.duration:.2f} s")


def _encoders() -> Iterator[Examined]:
    from voicekit._sound import codecs, pcm
    from voicekit._sound.encodings import ENCODINGS

    for name, encoding in ENCODINGS.items():
        try:
            made = codecs.encode(pcm.silence(0.2, encoding.default_rate), name)
        except VoicekitError as error:
            yield Examined(f"encoder {name}", "note", error.problems[0].message)
        else:
            yield Examined(
                f"encoder {name}",
                "ok",
                f"{encoding.codec} in {encoding.container}, {len(made):,} bytes for 0.2 s",
            )


def _project(project: str | None) -> Iterator[Examined]:
    from voicekit import _pipeline

    try:
        opened = _pipeline.load(project, sets=NO_VALUES)
    except VoicekitError as error:
        message = error.problems[0].message
        more = f"; {_output.amount(len(error.problems), 'problem')} in all" if len(error.problems) > 1 else ""
        yield Examined("project", "fail" if project else "note", f"{message}{more}")
        return
    writable = os.access(opened.root, os.W_OK)
    prompts = sum(len(pack.prompts) for pack in opened.packs)
    yield Examined(
        "project",
        "ok" if writable else "fail",
        f"{opened.name}: {_output.amount(prompts, 'prompt')}" + ("" if writable else ", not writable"),
    )
    for endpoint in opened.endpoints.values():
        if endpoint.credential:
            there = bool(os.environ.get(endpoint.credential))
            said = "is set" if there else "is not set; needed for this endpoint only"
            yield Examined(
                f"endpoint {endpoint.name}", "ok" if there else "note", f"{endpoint.credential} {said}"
            )
