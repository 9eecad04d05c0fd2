"""What a provider makes of answers: each refusal one error, and every wrong answer told as one."""

import json
from collections.abc import Callable
from functools import partial
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from voicekit.errors import Refused, SendError, WrongAnswer
from voicekit.model import Reply
from voicekit.providers import Provider

STATUSES = (400, 401, 402, 403, 404, 408, 409, 413, 418, 422, 429, 500, 502, 503, 504)
STRANGE: tuple[Any, ...] = (None, "", 3, [], {}, "not*base64", "ftp://example.com/x", "a b", "=", "é")


def every_status_is_one_error(provider: Provider) -> None:
    for status in STATUSES:
        for body in (
            provider.refuse(status, "the vendor's own words").body,
            b"",
            b"<html>",
            b"[]",
            b'{"error": 3}',
            b"\xff",
        ):
            (problem,) = refusal_in(provider, Reply(status, "application/json", body)).problems
            assert str(status) in problem.message, "the status is not told"
            assert problem.remedy, "a refusal without a remedy"
        refused = provider.refuse(status, "the vendor's own words")
        assert refused.status == status, "a refusal with another status"
        assert "the vendor's own words" in str(refusal_in(provider, refused)), "a refusal without its words"


def refusal_in(provider: Provider, reply: Reply) -> Refused:
    """Return the refusal that an answer carries."""
    try:
        found = provider.decode(reply)
    except Refused as error:
        return error
    except SendError as error:
        raise AssertionError(f"a refusal is told as {type(error).__name__}") from error
    raise AssertionError(f"a refusal was taken for {found!r}")


def keys_are_denied(provider: Provider) -> None:
    """Fail where a credential that is missing or wrong is not told as that."""
    how = provider.authentication
    for denial in (how.missing, how.wrong, how.wrong_token or how.wrong):
        assert denial.status in {400, 401, 403}, "a denial with a status that is not about keys"
        error = refusal_in(provider, provider.refuse(denial.status, denial.message))
        assert denial.message[:200] in str(error), "a denial without its words"
    error = refusal_in(provider, provider.refuse(how.wrong.status, how.wrong.message))
    assert "credential" in error.problems[0].remedy, "a wrong key that is told as something else"


def wrong_answers_are_refused(provider: Provider, good: Reply) -> None:
    for body in (
        b"",
        b"null",
        b"[]",
        b"{}",
        b"3",
        b'"x"',
        b"<html></html>",
        b"\xff\xfe",
        good.body[:-1],
        good.body[: len(good.body) // 2],
    ):
        _is_wrong(provider, body)
    if good.content_type == "application/json":
        _fields_are_looked_at(provider, json.loads(good.body))
    else:
        for kind in ("text/html", "text/plain", "application/xml", ""):
            _is_wrong(provider, good.body, kind)
        _is_wrong(provider, b"", good.content_type)

    @given(st.binary(max_size=60) | st.text(max_size=60).map(lambda text: text.encode("utf-8", "replace")))
    def check(body: bytes) -> None:
        _is_wrong(provider, body)

    check()


def _fields_are_looked_at(provider: Provider, data: Any) -> None:
    """Put something strange at each place of an answer without which it says nothing, however deep.

    What a vendor only adds for people may be anything.
    """
    for put in _places(data):
        missing = json.dumps(put(_GONE), default=lambda _: None).encode()
        try:
            provider.decode(Reply(200, "application/json", missing))
        except WrongAnswer:
            for other in STRANGE:
                _is_wrong(provider, json.dumps(put(other)).encode())
        except SendError:
            pass  # a vendor that says no in a 200: that is what this place is for


_GONE: Any = object()


def _places(node: Any) -> list[Callable[[Any], Any]]:
    """Return what puts a value at each place of plain data: at those of texts, and of what holds them."""
    found: list[Callable[[Any], Any]] = []
    pairs = (
        list(node.items())
        if isinstance(node, dict)
        else list(enumerate(node))
        if isinstance(node, list)
        else []
    )
    for key, value in pairs:
        here = partial(_with, node, key)
        if isinstance(value, str | dict | list):
            found.append(here)
        found.extend(partial(_through, here, inner) for inner in _places(value))
    return found


def _through(outer: Callable[[Any], Any], inner: Callable[[Any], Any], value: Any) -> Any:
    return outer(inner(value))


def _with(node: Any, key: Any, value: Any) -> Any:
    copy = dict(node) if isinstance(node, dict) else dict(enumerate(node))
    if value is _GONE:
        copy.pop(key)
    else:
        copy[key] = value
    return copy if isinstance(node, dict) else list(copy.values())


def _is_wrong(provider: Provider, body: bytes, kind: str = "application/json") -> None:
    try:
        found = provider.decode(Reply(200, kind, body))
    except WrongAnswer as error:
        assert all(problem.remedy for problem in error.problems), "a wrong answer without a remedy"
    except SendError as error:  # pragma: no cover - only a provider that does not conform comes here
        raise AssertionError(f"a wrong answer is told as {type(error).__name__}") from error
    else:
        raise AssertionError(f"{body!r} was taken for {found!r}")
