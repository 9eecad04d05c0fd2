"""The plan stage: Asks and the last state → RequestPlans, each with its keys, its price and the reason for its action.

Pure: what is on this machine comes in as values. Imports providers, _wire and model; no other stage.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from typing import Any

from attrs import evolve, frozen

from voicekit import _wire, providers
from voicekit._sound.encodings import ENCODINGS
from voicekit.errors import Place, Problems, VoicekitError
from voicekit.model import (
    Action,
    Artefact,
    Ask,
    Call,
    Endpoint,
    Pack,
    Profile,
    Prompt,
    Pruned,
    RequestPlan,
    Shape,
)

BUILD = "build"


@frozen
class Wanted:
    """One piece of one prompt in one profile, before it is compared with what is there."""

    pack: Pack
    prompt: Prompt
    profile: Profile
    endpoint: Endpoint
    source: str
    ask: Ask
    shape: Shape
    text: str
    place: Place
    piece: int = 0
    pieces: int = 1


@frozen
class LastState:
    """What an earlier build left on this machine.

    Attributes:
        artefacts: By pack, prompt and profile.
        bought: Whether the store holds the bytes of a key.
        request: The plain request that a key was bought with, or None.
        whole: Whether an artefact's file is there as it was written.
    """

    artefacts: Mapping[tuple[str, str, str], Artefact]
    bought: Callable[[str], bool]
    request: Callable[[str], Mapping[str, Any] | None]
    whole: Callable[[str, Artefact], bool]


def request_key(provider: str, call: Call) -> str:
    """Return the identity of what is asked: SHA-256 of provider and call, the same on every machine."""
    return _wire.digest(_wire.canonical({"provider": provider, **plain_call(call)}))


def bytes_key(asked: str, source: str) -> str:
    """Return the identity of the bytes that are bought: SHA-256 of what is asked and who answers."""
    return _wire.digest(_wire.canonical([asked, source]))


def joined_key(keys: Sequence[str]) -> str:
    """Return the identity of what several pieces are joined to; one piece keeps its own."""
    return keys[0] if len(keys) == 1 else _wire.digest(_wire.canonical({"pieces": list(keys)}))


def shape_key(key: str, shape: Shape) -> str:
    """Return the identity of a file: the bytes and what they are shaped into."""
    return _wire.digest(_wire.canonical([key, _wire.to_plain(shape)]))


def plain_call(call: Call) -> dict[str, Any]:
    """Return a call as plain data: method, path, query and body, and headers where it has some."""
    body: Any = (
        _wire.parse(call.body)
        if call.content_type == "application/json" and call.body
        else call.body.decode()
    )
    plain: dict[str, Any] = {
        "method": call.method,
        "path": call.path,
        "query": dict(call.query),
        "body": body,
    }
    if call.content_type != "application/json":
        plain["content_type"] = call.content_type
    return {**plain, "headers": dict(call.headers)} if call.headers else plain


def file_of(pack: Pack, prompt: Prompt, profile: Profile, extension: str) -> str:
    """Return where a prompt's file lies, below the project: `build/<pack>/<locale>/<id>`.

    Profiles that share a locale each get a folder of their own.
    """
    locales = [other.settings.language for other in pack.profiles]
    shared = len(set(locales)) < len(locales)
    folders = [BUILD, pack.name, *([profile.name] if shared else []), profile.settings.language or "und"]
    return "/".join([*folders, prompt.id]) + extension


def plan(wanted: Iterable[Wanted], last: LastState) -> tuple[RequestPlan, ...]:
    """Compare what is wanted with what is there.

    Args:
        wanted: The pieces of a prompt one after the other, in order.
        last: What is there.

    Raises:
        ConfigError: Two files would take the same place.
    """
    first_file: dict[str, str] = {}
    rows = []
    for _, pieces in groupby(wanted, lambda want: (want.pack.name, want.prompt.id, want.profile.name)):
        for row in _rows(tuple(pieces), last):
            twin = first_file.get(row.key)
            if row.action in {"create", "change"}:
                first_file.setdefault(row.key, row.file)
            rows.append(evolve(row, same_as=twin) if row.action in {"create", "change"} else row)
    _check_files(rows)
    return tuple(rows)


@frozen
class _File:
    """What the pieces of one prompt become, beside what an earlier build made of it."""

    key: str
    request_key: str
    shape: str
    bought: bool
    moved: bool
    before: Artefact | None


def _rows(wants: Sequence[Wanted], last: LastState) -> Iterator[RequestPlan]:
    drafts = [_draft(want) for want in wants]
    first = drafts[0]
    before = last.artefacts.get((first.pack, first.prompt, first.profile))
    key = joined_key([draft.key for draft in drafts])
    file = _File(
        key=key,
        request_key=joined_key([draft.request_key for draft in drafts]),
        shape=shape_key(key, first.shape),
        bought=all(last.bought(draft.key) for draft in drafts),
        moved=before is not None and f"{BUILD}/{first.pack}/{before.file}" != first.file,
        before=before,
    )
    for want, draft in zip(wants, drafts, strict=True):
        action, reasons = _action(want, draft, file, last)
        yield evolve(draft, action=action, reasons=reasons)


def _draft(want: Wanted) -> RequestPlan:
    """Return the row of a piece as if nothing were there yet."""
    provider = providers.get(want.profile.settings.provider or "")
    call = provider.encode(want.ask)
    if want.endpoint.path is not None:
        call = evolve(call, path=want.endpoint.path)
    asked = request_key(provider.name, call)
    shape = (
        want.shape
        if want.shape.extension
        else evolve(want.shape, extension=ENCODINGS[want.ask.encoding].extension)
    )
    family = provider.family(want.ask.voice, want.ask.options)
    billed = provider.billed(want.ask)
    return RequestPlan(
        provider=provider.name,
        call=call,
        pack=want.pack.name,
        prompt=want.prompt.id,
        profile=want.profile.name,
        locale=want.profile.settings.language or "und",
        piece=want.piece,
        pieces=want.pieces,
        shape=shape,
        file=file_of(want.pack, want.prompt, want.profile, shape.extension),
        request_key=asked,
        key=bytes_key(asked, want.source),
        source=want.source,
        encoding=want.ask.encoding,
        sample_rate=want.ask.sample_rate,
        text=want.text,
        characters_billed=billed,
        price=0.0 if want.endpoint.embedded or family is None else billed * family.price / 1e6,
        action="create",
        endpoint=want.endpoint.name,
        tags=want.prompt.tags,
        place=want.place,
    )


def _action(want: Wanted, draft: RequestPlan, file: _File, last: LastState) -> tuple[Action, tuple[str, ...]]:
    before = file.before
    there = before is not None and not file.moved and before.shape == file.shape
    if before is not None and there and last.whole(draft.pack, before):
        return "cached", ()
    if last.bought(draft.key):
        return "reshape", (_reshape_reason(file),)
    if before is None:
        return "create", ("new",)
    if before.key == file.key:
        return "create", ("built before, but its bytes are not on this machine",)
    return "change", _change_reasons(want, last, before, file, draft.call)


def _reshape_reason(file: _File) -> str:
    before = file.before
    if file.moved:
        return "its file has another name now"
    if before is None:
        return "new file, sound already bought"
    if before.key != file.key:
        return "changed back to a sound already bought" if file.bought else "bought; another piece changed"
    return "the target changed" if before.shape != file.shape else "the file is missing or was changed"


def _change_reasons(
    want: Wanted, last: LastState, before: Artefact, file: _File, call: Call
) -> tuple[str, ...]:
    """Say in the user's words what differs between the request that was bought and the one that is planned."""
    reasons = [f"source: {before.source} → {want.source}"] if before.source != want.source else []
    if before.provider != want.profile.settings.provider:
        reasons.append(f"provider: {before.provider} → {want.profile.settings.provider}")
    if before.request_key == file.request_key:
        return tuple(reasons)
    old = last.request(before.key)
    if old is None:  # also where the earlier file was joined: its key names pieces, not a request
        return (*reasons, "text" if before.text != want.text else "the request changed")
    provider = providers.get(want.profile.settings.provider or "")
    try:
        body = _wire.canonical(old.get("body"))
        asked_before = provider.parse(
            Call(call.method, call.path, tuple(dict(old.get("query") or {}).items()), body)
        )
    except (VoicekitError, ValueError):
        return (*reasons, "the request changed")
    return (*reasons, *_differences(asked_before, want.ask)) or ("the request changed",)


def _differences(before: Ask, now: Ask) -> Iterable[str]:
    if (before.text, before.ssml) != (now.text, now.ssml):
        yield "text" if (before.text is None) == (now.text is None) else "text: plain ↔ SSML"
    for name in (
        "language",
        "voice",
        "pitch",
        "rate",
        "gain",
        "effects",
        "encoding",
        "sample_rate",
        "options",
    ):
        old, new = getattr(before, name), getattr(now, name)
        if old != new:
            yield f"{name}: {_said(old)} → {_said(new)}"


def _said(value: Any) -> str:
    if value is None or value == ():
        return "not stated"
    if isinstance(value, tuple):
        return ", ".join("=".join(item) if isinstance(item, tuple) else str(item) for item in value)
    return f"{value:g}" if isinstance(value, float) else str(value)


def _check_files(rows: Iterable[RequestPlan]) -> None:
    """Refuse two prompts whose files would take one place, also where one's file is the other's folder."""
    problems = Problems()
    files: dict[str, RequestPlan] = {}
    folders: dict[str, RequestPlan] = {}
    for row in rows:
        if row.piece:
            continue
        name = row.file.casefold()
        parts = name.split("/")
        above = ["/".join(parts[:count]) for count in range(1, len(parts))]
        twin = (
            files.get(name)
            or folders.get(name)
            or next((files[path] for path in above if path in files), None)
        )
        if twin is not None:
            message = f"{row.file} ({row.prompt}, profile {row.profile}) collides with {twin.file} ({twin.prompt}, profile {twin.profile})"
            problems.add(message, place=row.place, remedy="rename one of the two prompts")
        files[name] = row
        for path in above:
            folders.setdefault(path, row)
    problems.settle()


def prune(rows: Iterable[RequestPlan], last: LastState) -> tuple[Pruned, ...]:
    """List what an earlier build made and no row asks for any more."""
    rows = tuple(rows)
    asked = {(row.pack, row.file) for row in rows}
    found = []
    for (pack, prompt, profile), artefact in sorted(last.artefacts.items()):
        file = f"{BUILD}/{pack}/{artefact.file}"
        if (pack, file) not in asked:
            moved = any((row.pack, row.prompt, row.profile) == (pack, prompt, profile) for row in rows)
            reason = "its file has another name now" if moved else "no prompt asks for it any more"
            found.append(Pruned(pack, prompt, profile, artefact.locale, file, artefact.key, (reason,)))
    return tuple(found)
