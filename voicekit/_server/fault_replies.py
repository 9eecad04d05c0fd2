"""Faults that are another answer than the good one. Pure; imports faults, the desk, model."""

import gzip
from collections.abc import Callable, Mapping
from functools import cache

from attrs import evolve
from starlette.exceptions import HTTPException

from voicekit._server.desk import Errand
from voicekit._server.faults import Rule
from voicekit.model import Link, Reply, Sound

WEB_PAGE = b"<!doctype html><title>Sign in</title><p>This network wants you to sign in.</p>"
GARBAGE = b"\xff\xfe\x00\x01nothing\x00"
BOMB_BYTES = 20_000_000  # unpacked; enough to show on a client that unpacks it, and harmless

BODILESS = frozenset({204, 205, 304})  # statuses of answers without a body


def instead(rule: Rule, errand: Errand | None) -> Reply:
    """Return what is answered without anything being spoken.

    Args:
        rule: Whose stage is ``instead``.
        errand: What was asked for; None for a file.
    """
    if rule.name == "status":
        return _refusal(rule, errand)
    if rule.name == "redirect":
        return Reply(rule.status or 302, "", b"", (("Location", str(rule.value)),))
    if rule.name == "gzip-bomb":
        return Reply(200, "application/json", bomb(), (("Content-Encoding", "gzip, gzip"),))
    if rule.name in _MADE_UP:
        return _MADE_UP[rule.name]
    assert errand is not None, "a rule that a file cannot have"
    return _of_the_vendor(rule, errand)


def changed(rule: Rule, reply: Reply) -> Reply:
    """Return the good answer with a fault in it. The stage of `rule` is ``answer``."""
    return _CHANGES[rule.name](reply, rule)


@cache
def bomb() -> bytes:
    """Return a small body that two rounds of gzip made of a large one."""
    return gzip.compress(gzip.compress(bytes(BOMB_BYTES), mtime=0), mtime=0)


_MADE_UP: Mapping[str, Reply] = {
    "html": Reply(200, "text/html", WEB_PAGE),
    "json": Reply(200, "application/json", b'{"message": "ok"}'),
    "garbage": Reply(200, "application/octet-stream", GARBAGE),
}


def _refusal(rule: Rule, errand: Errand | None) -> Reply:
    status = int(rule.value or 500)
    if status < 400 or errand is None:
        return Reply(status, "text/plain", b"", _later(rule))
    words = rule.message or "This server was told to answer so."
    return errand.desk.refusal(HTTPException(status, words, dict(_later(rule))))


def _later(rule: Rule) -> tuple[tuple[str, str], ...]:
    return (("Retry-After", rule.retry_after),) if rule.retry_after else ()


def _of_the_vendor(rule: Rule, errand: Errand) -> Reply:
    provider = errand.desk.provider
    if rule.name in {"pending", "failed"}:
        assert errand.task is not None
        why = str(rule.value or "This server was told to let it fail.")
        return (
            provider.report(errand.task, None)
            if rule.name == "pending"
            else provider.report_failure(errand.task, why)
        )
    assert errand.ask is not None
    return provider.respond(errand.ask, Sound(b"") if rule.name == "no-sound" else Link(str(rule.value)))


def _with_status(reply: Reply, rule: Rule) -> Reply:
    status = int(rule.value or 200)
    body = b"" if status in BODILESS else reply.body
    return evolve(reply, status=status, body=body, headers=(*reply.headers, *_later(rule)))


def _compressed(reply: Reply, _: Rule) -> Reply:
    packed = gzip.compress(reply.body, mtime=0)
    return evolve(reply, body=packed, headers=(*reply.headers, ("Content-Encoding", "gzip")))


_CHANGES: Mapping[str, Callable[[Reply, Rule], Reply]] = {
    "status": _with_status,
    "empty": lambda reply, _: evolve(reply, body=b""),
    "half-json": lambda reply, _: evolve(reply, body=reply.body[: len(reply.body) // 2]),
    "wrong-type": lambda reply, rule: evolve(reply, content_type=str(rule.value or "text/plain")),
    "untyped": lambda reply, _: evolve(reply, content_type=""),
    "gzip": _compressed,
}
