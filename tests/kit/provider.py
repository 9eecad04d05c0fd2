"""What every provider promises: its pairs are inverse, it holds no secret, and it tells every wrong answer as one error."""

import json
import re
from collections.abc import Callable, Iterable
from functools import partial
from itertools import pairwise
from typing import Any

from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from voicekit import _limits as limits
from voicekit._sound.encodings import ENCODINGS
from voicekit.errors import Refused, SendError, WrongAnswer
from voicekit.model import Ask, Call, Link, Reply, Sound, Task
from voicekit.providers import Provider, Refusal, _paths, carried
from voicekit.testing import asks, sounds

STATUSES = (400, 401, 402, 403, 404, 408, 409, 413, 418, 422, 429, 500, 502, 503, 504)
STRANGE: tuple[Any, ...] = (None, "", 3, [], {}, "not*base64", "ftp://example.com/x", "a b", "=", "é")
FIELDS = ("language", "voice", "encoding", "pitch", "rate", "gain", "sample_rate", "effects", "marks", "options", "pronunciations")  # fmt: skip


# Fields that a plain request leaves out.
EXTRA = (
    "pitch",
    "speakingRate",
    "volumeGainDb",
    "sampleRateHertz",
    "effectsProfileId",
    "enableTimePointing",
    "ssml",
    "name",
    "ssmlGender",
)


def conforms(provider: Provider, *, extra: Iterable[str] = EXTRA) -> None:
    """Fail where a provider breaks a promise.

    Args:
        provider: The provider.
        extra: Fields of its requests that a plain request leaves out, at any depth of a JSON body.
    """
    _is_complete(provider)
    _is_inverse(provider)
    _answers_come_back(provider)
    _every_status_is_one_error(provider)
    _wrong_answers_are_refused(provider)
    _wrong_requests_are_refused(provider, tuple(extra))
    if provider.poll_routes:
        _tasks_come_back(provider)


def listing(*, method: str = "GET", **query: str) -> Call:
    """Return a request for a list of voices."""
    return Call(method, "/", tuple(query.items()))


def _is_complete(provider: Provider) -> None:
    capabilities = provider.capabilities
    assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", provider.name)
    assert re.fullmatch(r"https://[a-z0-9.-]+", capabilities.url), (
        "the vendor's own address is https, without a path"
    )
    assert all(re.fullmatch(r"[a-z0-9.-]+", host) for host in capabilities.file_hosts)
    assert capabilities.limit > 0
    assert capabilities.encodings <= set(ENCODINGS), "an encoding that nobody can read or write"
    assert capabilities.encodings
    assert capabilities.families
    families = capabilities.families.values()
    assert all(one.price > 0 or one.priced.support == "unknown" for one in families), (
        "a family without a price"
    )
    if any(family.price for family in families):
        assert re.fullmatch(r"\d{4}-\d{2}(-\d{2})?", capabilities.priced), "prices need their date"
    bounds = {"pitch": limits.PITCH, "rate": limits.RATE, "gain": limits.GAIN}
    for setting, (low, high) in capabilities.ranges.items():
        assert bounds[setting][0] <= low < high <= bounds[setting][1]
    for option in capabilities.options.values():
        assert (option.kind == "word") == bool(option.words)
    assert capabilities.inputs <= {"text", "ssml", "markup"}
    assert capabilities.inputs
    assert set(capabilities.sample_rates or ()) <= capabilities.encodings
    assert capabilities.examples, "no voice to try it with"
    for voice in capabilities.examples:
        assert provider.family(voice) is not None, f"{voice} fits no family"
    method, path = provider.route
    assert (method, path[:1]) in {("POST", "/"), ("GET", "/")}
    assert provider.authentication.kind in {"bearer", "header", "sigv4"}


def _is_inverse(provider: Provider) -> None:
    @given(asks(provider.name))
    def check(ask: Ask) -> None:
        call = provider.encode(ask)
        says_the_same(provider, ask, provider.parse(call))
        assert call.method == provider.route[0]
        assert _paths.read(provider.route[1], call.path) is not None
        assert not {name.lower() for name, _ in call.headers} & {"authorization", "cookie", "host"}
        assert provider.authentication.header.lower() not in {name.lower() for name, _ in call.headers}
        assert provider.size(ask) > 0
        assert provider.billed(ask) >= 0

    check()
    _settings_are_sent(provider)


def says_the_same(provider: Provider, asked: Ask, read: Ask) -> None:
    """Hold what was read against what was asked: where they differ, it is two ways to say one request.

    A rate that is the vendor's own may be read as unstated, and pitch may be whole semitones on a wire.
    """
    call = provider.encode(asked)
    assert provider.encode(read) == call, "the same wish is not the same bytes"
    content = {"text": read.text, "ssml": read.ssml, "markup": read.markup}
    fields = [{name: getattr(read, name)} for name in FIELDS]
    for other in (content, *fields):
        assert all(getattr(asked, name) == value for name, value in other.items()) or (
            provider.encode(evolve(asked, **other)) == call
        ), f"{', '.join(other)} does not come back"


def _settings_are_sent(provider: Provider) -> None:
    """Fail where a setting that the provider says it takes does not reach the wire."""
    capabilities, plain = provider.capabilities, _plain(provider)
    for setting, ends in capabilities.ranges.items():
        stated: list[dict[str, Any]] = [{setting: end} for end in ends]
        low, high = (provider.encode(evolve(plain, **one)) for one in stated)
        assert low != high, f"{setting} is not sent"
    for encoding, rates in (capabilities.sample_rates or {}).items():
        calls = [provider.encode(evolve(plain, encoding=encoding, sample_rate=rate)) for rate in rates]
        assert all(one != other for one, other in pairwise(calls)), "the sample rate is not sent"
    for name, option in capabilities.options.items():
        if option.kind == "word" and len(option.words) > 1:
            other = next(word for word in option.words if word != option.default)
            changed = evolve(plain, options=((name, other),))
            assert provider.encode(changed) != provider.encode(plain), f"the option {name} is not sent"


def _carried(provider: Provider) -> tuple[bool, bool]:
    """Tell whether the wire carries marks and sample rates, by sending both once."""
    ask = _plain(provider)
    sound = Sound(b"x", sample_rate=8_000)
    heard = provider.decode(provider.respond(ask, sound))
    assert isinstance(heard, Sound)
    return _carries_marks(provider, ask), heard.sample_rate is not None


def _carries_marks(provider: Provider, ask: Ask) -> bool:
    from voicekit.model import Mark

    heard = provider.decode(provider.respond(ask, Sound(b"x", (Mark("m", 0.5),), 8_000)))
    return isinstance(heard, Sound) and bool(heard.marks)


def _plain(provider: Provider) -> Ask:
    capabilities = provider.capabilities
    voice, language = next(iter(capabilities.examples.items()))
    encoding = min(capabilities.encodings & {"LINEAR16", "MP3", "MULAW"} or capabilities.encodings)
    plain = Ask(text="One.", ssml=None, language=language, voice=voice, encoding=encoding)
    return carried(plain, capabilities)


def _answers_come_back(provider: Provider) -> None:
    marks, sample_rate = _carried(provider)

    @given(asks(provider.name), sounds(marks=marks, sample_rate=sample_rate))
    def check(ask: Ask, sound: Sound) -> None:
        assert provider.decode(provider.respond(ask, sound)) == sound
        if provider.wants_link(ask):
            host = min(provider.capabilities.file_hosts)
            link = Link(f"https://{host}/a.mp3", sound.marks, sound.sample_rate)
            assert provider.decode(provider.respond(ask, link)) == link

    check()


def _every_status_is_one_error(provider: Provider) -> None:
    for status in STATUSES:
        for body in (
            provider.refuse(status, "the vendor's own words").body,
            b"",
            b"<html>",
            b"[]",
            b'{"error": 3}',
            b"\xff",
        ):
            try:
                provider.decode(Reply(status, "application/json", body))
            except Refused as error:
                (problem,) = error.problems
                assert str(status) in problem.message, "the status is not told"
                assert problem.remedy
            else:
                raise AssertionError(f"{status} was taken for a sound")
    refused = provider.refuse(400, "the vendor's own words")
    assert refused.status == 400
    try:
        provider.decode(refused)
    except Refused as error:
        assert "the vendor's own words" in str(error)


def _wrong_answers_are_refused(provider: Provider) -> None:
    good = provider.respond(_plain(provider), Sound(b"sound", sample_rate=8_000))
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
    data = json.loads(good.body) if good.content_type == "application/json" else {}
    for key, value in data.items():
        if isinstance(value, str) and _is_read(provider, data, key):
            for other in STRANGE:
                _is_wrong(provider, json.dumps({**data, key: other}).encode())

    @given(st.binary(max_size=60) | st.text(max_size=60).map(lambda text: text.encode("utf-8", "replace")))
    def check(body: bytes) -> None:
        _is_wrong(provider, body)

    check()


def _is_read(provider: Provider, data: dict[str, Any], key: str) -> bool:
    """Whether an answer says nothing without one of its fields; what a vendor only adds for people may be anything."""
    others = {name: value for name, value in data.items() if name != key}
    try:
        provider.decode(Reply(200, "application/json", json.dumps(others).encode()))
    except SendError:
        return True
    return False


def _is_wrong(provider: Provider, body: bytes) -> None:
    try:
        found = provider.decode(Reply(200, "application/json", body))
    except WrongAnswer as error:
        assert all(problem.remedy for problem in error.problems)
    except SendError as error:  # pragma: no cover - only a provider that does not conform comes here
        raise AssertionError(f"a wrong answer is told as {type(error).__name__}") from error
    else:
        raise AssertionError(f"{body!r} was taken for {found!r}")


def _wrong_requests_are_refused(provider: Provider, extra: Iterable[str]) -> None:
    good = provider.encode(_plain(provider))

    @given(st.binary(max_size=40) | st.recursive(st.none() | st.booleans() | st.integers(-9, 9) | st.text(max_size=5), lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=5), inner, max_size=2), max_leaves=5).map(lambda data: json.dumps(data).encode()))  # fmt: skip
    def check(body: bytes) -> None:
        _is_refused(provider, evolve(good, body=body))

    check()
    if good.content_type != "application/json":
        return
    for body in _mutations(json.loads(good.body), extra):
        try:
            provider.parse(evolve(good, body=body))
        except Refusal as error:
            assert all(problem.message and problem.remedy for problem in error.problems)


def _mutations(data: Any, extra: Iterable[str]) -> list[bytes]:
    """Put something of every kind at each place of a request: it is taken or refused, and never breaks the server."""
    strange: tuple[Any, ...] = (None, True, 0, -1, 1.5, 10**30, "", "x", [], [[]], [{}], {}, {"a": 1})
    found: list[Any] = []

    def put(node: dict[str, Any], key: str, rebuild: Callable[[Any], Any], value: Any) -> Any:
        return rebuild({**node, key: value})

    def visit(node: Any, rebuild: Callable[[Any], Any]) -> None:
        found.extend(rebuild(value) for value in strange)
        if isinstance(node, dict):
            for key in node:
                visit(node[key], partial(put, node, key, rebuild))
            found.append(rebuild({**node, "unknown": 1}))
            found.extend(rebuild({**node, key: value}) for key in extra for value in strange)

    visit(data, lambda value: value)
    return [json.dumps(item).encode() for item in found]


def _tasks_come_back(provider: Provider) -> None:
    method, path = provider.poll_routes[0]
    ask = _plain(provider)
    link = Link(f"https://{min(provider.capabilities.file_hosts)}/a.mp3")

    @given(st.from_regex(r"[A-Za-z0-9_-]{1,40}", fullmatch=True))
    def check(name: str) -> None:
        task = Task(name)
        call = provider.poll(task)
        assert call.method == method
        assert _paths.read(path, call.path) is not None
        assert provider.task_of(call) == task
        if provider.wants_task(ask):
            assert provider.decode(provider.respond(ask, task)) == task
        assert provider.decode(provider.report(task, None)) == task
        made = link if provider.wants_link(ask) else Sound(b"x")
        assert provider.decode(provider.report(task, made)) == made

    check()

    @given(st.text(max_size=30))
    def hostile(name: str) -> None:
        try:
            call = provider.poll(Task(name))
        except WrongAnswer as error:
            assert all(problem.remedy for problem in error.problems)
        else:
            assert _paths.read(path, call.path) is not None, "a task's name leads elsewhere"

    hostile()


def _is_refused(provider: Provider, call: Call) -> None:
    try:
        provider.parse(call)
    except Refusal as error:
        assert all(problem.message and problem.remedy for problem in error.problems)
    else:
        raise AssertionError("a request that says nothing was taken")
