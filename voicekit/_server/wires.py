"""What a provider's calls and answers look like: it is asked to write some, and has no schema of its own to keep.

Imports the desk, shapes, _wire, providers' protocol and model.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import cycle, islice
from typing import Any, Final

from attrs import evolve, frozen

from voicekit import _wire
from voicekit._server.desk import Desk, House, Service, plain_ask
from voicekit._server.shapes import shape
from voicekit.model import Ask, Call, CustomPronunciation, Link, Mark, Option, Reply, Sound, Task
from voicekit.providers import Provider, Refusal, VoiceEntry, _paths

_TASK: Final = Task("1234567890")
_SOUND: Final = Sound(b"\0" * 3, (Mark("here", 0.5),), 24_000)
_URL: Final = "https://example.com/files/0.wav"
_CONTENTS: Final = {"text": "Two words.", "ssml": "<speak>Two words.</speak>", "markup": "Two [pause] words."}
_SPELLING: Final = CustomPronunciation("One", "ipa", "wʌn")
_FEW, _MANY = 4, 200  # voices that are listed: on a page, and on more of them than one
_WORDS: Final = "What is wrong, in the vendor's words."

Schemas = Mapping[str, Any]  # by media type; an empty schema stands for bytes
Parameters = Mapping[tuple[str, str], tuple[Any, bool]]


@frozen
class Operation:
    """A service of one provider, as its requests and answers show it.

    Attributes:
        takes: The request's body; nothing where it has none.
        gives: The answers that are no error of HTTP's.
        refuses: The others, which look the same whatever their status.
        statuses: Of those.
        parameters: Schema and whether it is needed, by where it stands and its name.
    """

    provider: str
    service: Service
    takes: Schemas
    gives: Mapping[int, Schemas]
    refuses: Schemas
    statuses: frozenset[int]
    parameters: Parameters


def operations(desk: Desk) -> Iterator[Operation]:
    """Describe all that a desk answers."""
    for service in desk.services():
        yield _OPERATIONS[service.kind](desk.provider, service, desk.house)


def _synthesis(provider: Provider, service: Service, house: House) -> Operation:
    some, closed = list(_some(provider)), list(_choices(provider))
    calls, others = [provider.encode(ask) for ask in some], [provider.encode(ask) for ask in closed]
    replies = [provider.respond(ask, _made(provider, ask)) for ask in (*some, *closed)]
    statuses = {400, 404, 415, 503, *_ways_to_refuse(provider.parse, calls[0])}
    # Another path for the same has the same places, and what is written goes to the first.
    parameters = _parameters(Service(*provider.route, "synthesize"), calls, others)
    return _operation(provider, service, house, replies, statuses, _taken(calls, others), parameters)


def _poll(provider: Provider, service: Service, house: House) -> Operation:
    call = provider.poll(_TASK)
    results = [_result(provider, ask) for ask in _some(provider) if provider.wants_task(ask)]
    told = [provider.report(_TASK, made) for made in (None, *results)]
    parameters = _parameters(service, [call], [])
    statuses = {400, 404, 503, *_ways_to_refuse(provider.task_of, call)}
    return _operation(provider, service, house, told, statuses, _taken([call], []), parameters)


def _list(provider: Provider, service: Service, house: House) -> Operation:
    call = Call(service.method, service.path, body=b"{}" if service.method == "POST" else b"")

    def listed(asked: Call, voices: Sequence[VoiceEntry] = house.voices[:_FEW]) -> Reply | None:
        return provider.list_voices(voices, asked)

    many = tuple(islice(cycle(house.voices), _MANY))
    found = [reply for reply in (listed(call), listed(call, many)) if reply is not None]
    statuses = {400, 404, *_ways_to_refuse(listed, call)}
    return _operation(provider, service, house, found, statuses, _taken([call], []), {})


_OPERATIONS: Final[Mapping[str, Callable[[Provider, Service, House], Operation]]] = {
    "synthesize": _synthesis,
    "poll": _poll,
    "voices": _list,
}


def _operation(
    provider: Provider,
    service: Service,
    house: House,
    replies: Sequence[Reply],
    statuses: Iterable[int],
    takes: Schemas,
    parameters: Parameters,
) -> Operation:
    """Put together what is seen, with the statuses by which this server refuses whatever the vendor."""
    ours = {403, 408, 413, 429} | ({401} if house.require_key is not None else set())
    refusals = [provider.refuse(status, _WORDS) for status in sorted({*ours, *statuses})]
    answers = [*replies, *(one for one in refusals if one.status < 400)]
    gives = {
        status: _said(one for one in answers if one.status == status)
        for status in {one.status for one in answers}
    }
    refused = [one for one in refusals if one.status >= 400]
    codes = frozenset(one.status for one in refused)
    return Operation(provider.name, service, takes, gives, _said(refused), codes, parameters)


# --- what is asked, to see ---------------------------------------------------------------------------


def _some(provider: Provider) -> Iterator[Ask]:
    """Ask for this and that: other words, voices, and whatever else may be anything."""
    takes, plain = provider.capabilities, plain_ask(provider)
    yield plain
    for kind in sorted(takes.inputs):
        said: dict[str, Any] = {name: _CONTENTS[name] if name == kind else None for name in _CONTENTS}
        yield evolve(plain, **said)
    for voice, language in takes.examples.items():
        yield evolve(plain, voice=voice, language=language if takes.language else "")
    if takes.pronunciations:
        yield evolve(plain, pronunciations=(_SPELLING,))
    if takes.marks:
        yield evolve(plain, marks=True)
    for name, option in takes.options.items():
        if option.kind == "text":
            yield evolve(plain, options=((name, "calm"),))


def _choices(provider: Provider) -> Iterator[Ask]:
    """Ask with each choice, or both ends, of every closed setting."""
    takes, plain = provider.capabilities, plain_ask(provider)
    yield plain
    for encoding in sorted(takes.encodings):
        yield evolve(plain, encoding=encoding)
        for rate in (takes.sample_rates or {}).get(encoding, ()):
            yield evolve(plain, encoding=encoding, sample_rate=rate)
        for bits, rates in takes.bit_rates.get(encoding, {}).items():
            for stated_rate in (None, *rates):
                yield evolve(plain, encoding=encoding, sample_rate=stated_rate, bit_rate=bits)
    for count in takes.channels:
        yield evolve(plain, channels=count)
    for effect in sorted(takes.effects):
        yield evolve(plain, effects=(effect,))
    for setting, ends in takes.ranges.items():
        for value in _between(*ends):
            stated: dict[str, Any] = {setting: value}
            yield evolve(plain, **stated)
    for name, option in takes.options.items():
        for choice in _ends(option):
            # A choice may decide how the answer looks, and so may the encoding.
            for encoding in sorted(takes.encodings):
                yield evolve(plain, encoding=encoding, options=((name, choice),))


def _ends(option: Option) -> Sequence[Any]:
    match option.kind, option.bounds:
        case "word", _:
            return option.words
        case "switch", _:
            return False, True
        case "number", (float() | int() as low, float() | int() as high):
            return _between(low, high)
        case "integer", (float() | int() as low, float() | int() as high):
            return round(low), round(high)
    return ()


def _between(low: float, high: float) -> Sequence[float]:
    """Return both ends, and something that is no whole number: of ends alone, nobody sees that they are not counted."""
    return low, low + (high - low) / 2.7, high


def _made(provider: Provider, ask: Ask) -> Sound | Link | Task:
    return _TASK if provider.wants_task(ask) else _result(provider, ask)


def _result(provider: Provider, ask: Ask) -> Sound | Link:
    return Link(_URL, _SOUND.marks, _SOUND.sample_rate) if provider.wants_link(ask) else _SOUND


def _ways_to_refuse(read: Callable[[Call], Any], good: Call) -> Iterator[int]:
    """Yield with which statuses a request is refused that cannot be read, or says too little."""
    for body in (b"", b"{}", b"[]"):
        try:
            read(evolve(good, body=body, query=()))
        except Refusal as error:
            yield error.status


# --- what is seen ------------------------------------------------------------------------------------


def _read(kind: str, body: bytes) -> Any:
    return _wire.parse(body) if kind.endswith("json") else body.decode()


def _taken(calls: Iterable[Call], others: Iterable[Call]) -> Schemas:
    values, varied = (
        {(call.content_type, call.body): None for call in some if call.body} for some in (calls, others)
    )
    kinds = sorted({kind for kind, _ in (*values, *varied)})
    return {
        kind: shape(
            [_read(kind, body) for one, body in values if one == kind],
            [_read(kind, body) for one, body in varied if one == kind],
        )
        for kind in kinds
    }


def _parameters(service: Service, calls: Sequence[Call], others: Sequence[Call]) -> Parameters:
    found: dict[tuple[str, str], tuple[Any, bool]] = {}
    for where in ("path", "query", "header"):
        values, varied = ([_stated(where, service, call) for call in some] for some in (calls, others))
        seen = shape(values, varied)
        needed = {*seen.get("required", ())}
        for name, schema in seen["properties"].items():
            found[where, name] = (schema, name in needed)
    return found


def _stated(where: str, service: Service, call: Call) -> Mapping[str, str]:
    if where == "path":
        return _paths.read(service.path, call.path) or {}
    return dict(call.query if where == "query" else call.headers)


def _said(replies: Iterable[Reply]) -> Schemas:
    """Return what answers carry, by media type."""
    bodies: dict[str, list[Any]] = {}
    for reply in replies:
        kind = reply.content_type.partition(";")[0]
        if kind:
            is_text = kind.endswith(("json", "text/plain"))
            bodies.setdefault(kind, []).extend([_read(kind, reply.body)] if is_text and reply.body else [])
    return {kind: shape(said) for kind, said in bodies.items()}
