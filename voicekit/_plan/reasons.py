"""Why a prompt has to be made again, in the words of who changed it: which setting of which profile, which line."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from voicekit import _wire, providers
from voicekit._plan.keys import plain_call
from voicekit._plan.values import Bought, LastState, Wanted
from voicekit.errors import VoicekitError
from voicekit.model import Ask, Call, Locked, Origin

_SETTINGS = (
    "language",
    "voice",
    "pitch",
    "rate",
    "gain",
    "effects",
    "encoding",
    "sample_rate",
    "bit_rate",
    "channels",
    "options",
    "pronunciations",
)


def changes(want: Wanted, call: Call, request_key: str, before: Locked, last: LastState) -> tuple[str, ...]:
    """Say what differs between the request that was bought and the one that is planned.

    Args:
        want: What is wanted now.
        call: Its request.
        request_key: The request's identity.
        before: What was last built of it, from the same kind of source.
        last: What an earlier build left.
    """
    found = list(_sources(before.source, want.source))
    wanted = want.profile.settings.provider
    if before.provider != wanted:
        found = [f"{_stated(want, 'provider')}provider {before.provider} → {wanted}"]
    if before.request_key == request_key:
        return tuple(found) or ("the source changed",)
    bought = last.bought(before.key)
    if bought is None:  # on another machine, or joined of pieces: its key names no one request
        found += ["text"] if before.text != want.text else []
    elif before.provider == wanted:
        found += _requests(want, call, bought)
    return tuple(found) or ("the request changed",)


def _sources(before: str, now: str) -> Iterator[str]:
    """Tell what changed of a source: ``engine espeak-ng 1.51 → 1.52`` for an embedded one, or one of its libraries."""
    if before == now:
        return
    old, new = _parts(before), _parts(now)
    if not old or not new:
        yield f"source: {before} → {now}"
        return
    for name in {**old, **new}:
        if old.get(name) != new.get(name):
            what = f"engine {name}" if name == next(iter(new)) else name
            yield f"{what} {old.get(name, '–')} → {new.get(name, '–')}"


def _parts(source: str) -> dict[str, str]:
    """Return the versions in an embedded source, the engine's first; nothing for any other."""
    if not source.startswith("embedded/"):
        return {}
    pairs = (part.partition("@") for part in source.removeprefix("embedded/").split("+"))
    return {name: version for name, _, version in pairs}


def _requests(want: Wanted, call: Call, bought: Bought) -> Iterator[str]:
    asked = _asked(call, want, bought.request)
    if asked is None:
        yield "the request changed"
        return
    if (asked.text, asked.ssml, asked.markup) != (want.ask.text, want.ask.ssml, want.ask.markup):
        yield from _words(asked, want, bought.origin)
    # What the wire says unasked, as a usual sample rate, is no change: both sides are read off it.
    now = _asked(call, want, plain_call(call)) or want.ask
    for name in _SETTINGS:
        old, new = getattr(asked, name), getattr(now, name)
        if old != new:
            yield f"{_stated(want, name)}{name} {_changed(old, new)}"


def _asked(call: Call, want: Wanted, request: Mapping[str, Any]) -> Ask | None:
    """Read the ask behind an earlier request, if its provider still takes it."""
    body = request.get("body")
    try:
        data = body.encode() if isinstance(body, str) else _wire.canonical(body)
        earlier = Call(
            call.method,
            str(request.get("path") or call.path),
            tuple(dict(request.get("query") or {}).items()),
            data,
            call.content_type,
            tuple(dict(request.get("headers") or {}).items()),
        )
        return providers.get(want.profile.settings.provider or "").parse(earlier)
    except (VoicekitError, ValueError):
        return None


def _stated(want: Wanted, setting: str) -> str:
    """Name who states a setting: the profile whose file it is, the prompt's override, or the command line."""
    place = want.profile.stated.get(setting)
    if setting in want.prompt.override:
        return "override: "
    if place is None:
        return f"profile {want.profile.name}: "
    if not place.path.startswith("profiles/") and "/profiles/" not in place.path:
        return f"{place.path} "
    return f"profile {place.path.rpartition('/')[2].removesuffix('.yaml')}: "


def _words(before: Ask, want: Wanted, then: Origin) -> Iterator[str]:
    """Say why the words differ: lines, values, pronunciations, or what writes numbers and dates."""
    now = want.origin()
    if not then.known:
        yield "text" if (before.text is None) == (want.ask.text is None) else "text: plain ↔ SSML"
        return
    found = [
        *_lines(then, now),
        *_values(then.values, now.values),
        *_entries(then.entries, now.entries),
        *_versions(then.versions, now.versions),
    ]
    yield from found or ["text"]


def _lines(then: Origin, now: Origin) -> Iterator[str]:
    if then.lines == now.lines:
        return
    old, new = then.lines, now.lines
    same = next((count for count, pair in enumerate(zip(old, new, strict=False)) if pair[0] != pair[1]), None)
    first = min(len(old), len(new)) if same is None else same
    where = f" of {now.path}" if now.path != then.path or now.path else ""
    yield f"text: line {now.first_line + first}{where}"


def _values(then: Mapping[str, Any], now: Mapping[str, Any]) -> Iterator[str]:
    for name in sorted({*then, *now}):
        if then.get(name) != now.get(name):
            yield f"value {name} {_changed(then.get(name), now.get(name))}"


def _entries(then: Iterable[str], now: Iterable[str]) -> Iterator[str]:
    names = sorted(entry.rpartition(" @")[0] or entry for entry in {*then} ^ {*now})
    yield from (f"lexicon {name}" for name in dict.fromkeys(names))


def _versions(then: Mapping[str, str], now: Mapping[str, str]) -> Iterator[str]:
    for name in sorted({*then, *now}):
        if then.get(name) != now.get(name):
            yield f"{name} {then.get(name, '?')} → {now.get(name, '?')}"


def _changed(old: Any, new: Any) -> str:
    """Write both sides of a change; two numbers with as many decimals: ``0.95 → 0.90``."""
    before, after = _said(old), _said(new)
    if isinstance(old, float) and isinstance(new, float) and "e" not in before + after:
        places = max(len(text.partition(".")[2]) for text in (before, after))
        before, after = f"{old:.{places}f}", f"{new:.{places}f}"
    return f"{before} → {after}"


def _said(value: Any) -> str:
    if value is None or value == ():
        return "not stated"
    if isinstance(value, tuple):
        return ", ".join(_item(item) for item in value)
    if isinstance(value, bool):
        return str(value).lower()
    return f"{value:g}" if isinstance(value, float) else str(value)


def _item(item: Any) -> str:
    return "=".join(map(str, item)) if isinstance(item, tuple) else getattr(item, "phrase", str(item))


def told(reasons: Iterable[str]) -> tuple[str, ...]:
    """Return reasons once each, in order."""
    return tuple(dict.fromkeys(reasons))
