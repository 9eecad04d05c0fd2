"""What every provider promises: its pairs are inverse, it holds no secret, and it tells every wrong answer as one error."""

import json
from collections.abc import Callable, Iterable
from functools import partial
from itertools import pairwise
from typing import Any

from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from kit.provider_answers import every_status_is_one_error, keys_are_denied, wrong_answers_are_refused
from kit.provider_completeness import is_complete
from kit.provider_secrets import holds_no_secret
from voicekit.errors import TaskOver, WrongAnswer
from voicekit.model import Ask, Call, Link, Mark, Sound, Task
from voicekit.providers import Provider, Refusal, VoiceEntry, _paths, carried
from voicekit.testing import asks, sounds

FIELDS = ("language", "voice", "encoding", "pitch", "rate", "gain", "sample_rate", "bit_rate", "channels", "effects", "marks", "options", "pronunciations")  # fmt: skip


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
    is_complete(provider)
    holds_no_secret(provider, provider.encode(_plain(provider)))
    _is_inverse(provider)
    _answers_come_back(provider)
    every_status_is_one_error(provider)
    keys_are_denied(provider)
    wrong_answers_are_refused(
        provider, provider.respond(_plain(provider), Sound(b"sound", sample_rate=8_000))
    )
    _wrong_requests_are_refused(provider, tuple(extra))
    _voices_are_listed(provider)
    if provider.poll_routes:
        _tasks_come_back(provider)


def listing(*, method: str = "GET", **query: str) -> Call:
    """Return a request for a list of voices."""
    return Call(method, "/", tuple(query.items()))


def _is_inverse(provider: Provider) -> None:
    @given(asks(provider.name))
    def check(ask: Ask) -> None:
        call = provider.encode(ask)
        says_the_same(provider, ask, provider.parse(call))
        assert call.method == provider.route[0], f"{call.method} is not the method of `route`"
        assert _paths.read(provider.route[1], call.path) is not None, (
            f"{call.path} is not the path of `route`"
        )
        assert "host" not in {name.lower() for name, _ in call.headers}, "a header that the transport writes"
        for other in _at_other_routes(provider, call):
            assert provider.parse(other) == provider.parse(call), f"{other.path} is read as something else"
        assert provider.size(ask) > 0, "something to say that has no size"
        assert provider.billed(ask) >= 0, "less than nothing is billed"

    check()
    _settings_are_sent(provider)


def _at_other_routes(provider: Provider, call: Call) -> Iterable[Call]:
    places = _paths.read(provider.route[1], call.path) or {}
    for kind, method, template in provider.other_routes:
        if kind == "synthesize":
            yield evolve(call, method=method, path=_paths.fill(template, **places))


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
    sent = [provider.encode(plain)]
    for setting, ends in capabilities.ranges.items():
        stated: list[dict[str, Any]] = [{setting: end} for end in ends]
        low, high = (provider.encode(evolve(plain, **one)) for one in stated)
        assert low != high, f"{setting} is not sent"
    for encoding, rates in (capabilities.sample_rates or {}).items():
        calls = [provider.encode(evolve(plain, encoding=encoding, sample_rate=rate)) for rate in rates]
        assert all(one != other for one, other in pairwise(calls)), "the sample rate is not sent"
    for encoding, known in capabilities.bit_rates.items():
        asked = [evolve(plain, encoding=encoding, bit_rate=bits) for bits in known]
        assert len({provider.encode(ask) for ask in asked}) == len(asked), "the bit rate is not sent"
    stereo = [provider.encode(evolve(plain, channels=count)) for count in capabilities.channels]
    assert len(set(stereo)) == len(stereo), "the number of channels is not sent"
    for name, option in capabilities.options.items():
        if option.kind == "word" and len(option.words) > 1:
            other = next(word for word in option.words if word != option.default)
            sent.append(provider.encode(evolve(plain, options=((name, other),))))
            assert sent[-1] != sent[0], f"the option {name} is not sent"
    names = {name for call in sent for name, _ in call.headers}
    assert names <= provider.headers, "a header that the local server would not pass on"


def _carried(provider: Provider) -> tuple[bool, bool]:
    """Tell whether the wire carries marks and sample rates, by sending both once."""
    ask = _plain(provider)
    sound = Sound(b"x", sample_rate=8_000)
    heard = provider.decode(provider.respond(ask, sound))
    assert isinstance(heard, Sound)
    return _carries_marks(provider, ask), heard.sample_rate is not None


def _carries_marks(provider: Provider, ask: Ask) -> bool:
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
        assert provider.decode(provider.respond(ask, sound)) == sound, "a sound that does not come back"
        if provider.wants_link(ask):
            host = min(provider.capabilities.file_hosts)
            link = Link(f"https://{host}/a.mp3", sound.marks, sound.sample_rate)
            assert provider.decode(provider.respond(ask, link)) == link, "a link that does not come back"

    check()


def _voices_are_listed(provider: Provider) -> None:
    entries = [VoiceEntry("en-US", True, 24_000), VoiceEntry("de-DE", False, 24_000)]
    if provider.voices_route is None:
        assert provider.list_voices(entries, listing()) is None
        return
    method, path = provider.voices_route
    reply = provider.list_voices(entries, Call(method, path, (), b"" if method == "GET" else b"{}"))
    assert reply is not None, "a list that is not there"
    assert (reply.status, reply.content_type) == (200, "application/json"), "a list that is no JSON"
    assert json.loads(reply.body), "a list with nothing in it"

    @given(st.dictionaries(st.text(max_size=8), st.text(max_size=8), max_size=3), st.binary(max_size=20))
    def check(query: dict[str, str], body: bytes) -> None:
        try:
            found = provider.list_voices(entries, Call(method, path, tuple(query.items()), body))
        except Refusal as error:
            assert all(problem.message and problem.remedy for problem in error.problems), (
                "a refusal without a message or a remedy"
            )
        else:
            assert found is not None

    check()


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
            assert all(problem.message and problem.remedy for problem in error.problems), (
                "a refusal without a message or a remedy"
            )


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
        assert call.method == method, "a question with another method than the first of `poll_routes`"
        assert _paths.read(path, call.path) is not None, (
            "a question at another path than the first of `poll_routes`"
        )
        assert provider.task_of(call) == task, "a question that is not about its task"
        holds_no_secret(provider, call)
        if provider.wants_task(ask):
            assert provider.decode(provider.respond(ask, task)) == task, "a task that does not come back"
        assert provider.decode(provider.report(task, None)) == task, (
            "a task under way that does not come back"
        )
        made = link if provider.wants_link(ask) else Sound(b"x")
        assert provider.decode(provider.report(task, made)) == made, "what a task made does not come back"
        for verb, template in provider.poll_routes:
            assert _paths.read(template, call.path) is not None, f"{verb} {template} is not a way to ask"
            assert provider.task_of(evolve(call, method=verb)) == task, f"{verb} does not ask about its task"
        try:
            provider.decode(provider.report_failure(task, "the vendor's own words"))
        except TaskOver as error:
            assert "the vendor's own words" in str(error), "a failure without its reason"
            assert error.problems[0].remedy, "a failure without a remedy"
        else:
            raise AssertionError("a task that failed is not over")

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
        assert all(problem.message and problem.remedy for problem in error.problems), (
            "a refusal without a message or a remedy"
        )
    else:
        raise AssertionError("a request that says nothing was taken")
