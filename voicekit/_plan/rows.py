"""One row for each request: its keys and its price, and what has to be done about it."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby

from attrs import evolve, frozen

from voicekit import _lock, providers
from voicekit._plan import reasons
from voicekit._plan.keys import bytes_key, joined_key, request_key, shape_key
from voicekit._plan.places import BUILD, check_files, file_of
from voicekit._plan.values import LastState, Recording, Wanted
from voicekit._sound.encodings import ENCODINGS
from voicekit.model import Action, Artefact, Call, Endpoint, Family, Locked, Pruned, RequestPlan

RECORDED = "recorded"
_BUYS = {"create", "change"}


@frozen
class _File:
    """What the pieces of one prompt become, beside what is there.

    Attributes:
        there: What a build on this machine left of it, whatever its source.
        before: What was last built of it from this kind of source, on any machine.
        other: What was last built of it from another kind.
        renamed: The id that it had then, if it has another now.
    """

    key: str
    request_key: str
    shape: str
    has: bool
    there: Artefact | None
    before: Locked | None
    other: Locked | None
    renamed: str = ""


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
            if row.action in _BUYS:
                first_file.setdefault(row.key, row.file)
            rows.append(evolve(row, same_as=twin) if row.action in _BUYS and twin else row)
    check_files(rows)
    return tuple(rows)


def _rows(wants: Sequence[Wanted], last: LastState) -> Iterator[RequestPlan]:
    drafts = [_draft(want) for want in wants]
    file = _file(wants[0], drafts, last)
    for want, draft in zip(wants, drafts, strict=True):
        action, why = _action(want, draft, file, last)
        if action == "cached":
            yield draft
        elif action in _BUYS and want.recording is None:
            yield evolve(draft, action=action, reasons=why, origin=want.origin())
        else:
            yield evolve(draft, action=action, reasons=why)


def _draft(want: Wanted) -> RequestPlan:
    """Return the row of a piece as if it were there."""
    if want.recording is not None:
        return _recorded(want, want.recording)
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
        bit_rate=want.ask.bit_rate,
        channels=want.ask.channels,
        text=want.text,
        characters_billed=billed,
        price=_price(want, family, billed),
        family=family.name if family else "",
        action="cached",
        endpoint=want.endpoint.name,
        host=_host(want.endpoint, provider.capabilities.url),
        tags=want.prompt.tags,
        place=want.place,
    )


def _host(endpoint: Endpoint, vendor: str) -> str:
    """Return the origin that an endpoint's requests go to; the same text for all of them."""
    return "" if endpoint.embedded else "/".join((endpoint.url or vendor).split("/")[:3])


def _price(want: Wanted, family: Family | None, billed: int) -> float | None:
    """Return what a request costs in USD; None where nobody knows."""
    if want.endpoint.embedded:
        return 0.0
    known = family is not None and (family.price > 0 or family.priced.support == "yes")
    return billed * family.price / 1e6 if family is not None and known else None


def _recorded(want: Wanted, recording: Recording) -> RequestPlan:
    """Return the row of a prompt that a person has said."""
    shape = want.shape
    if not shape.extension:
        shape = evolve(shape, extension=f".{recording.path.rpartition('.')[2]}")
    return RequestPlan(
        provider=want.profile.settings.provider or "",
        call=Call("", ""),
        pack=want.pack.name,
        prompt=want.prompt.id,
        profile=want.profile.name,
        locale=want.profile.settings.language or "und",
        piece=0,
        pieces=1,
        shape=shape,
        file=file_of(want.pack, want.prompt, want.profile, shape.extension),
        request_key=recording.digest,
        key=bytes_key(recording.digest, RECORDED),
        source=RECORDED,
        encoding="",
        sample_rate=None,
        text=want.text,
        characters_billed=0,
        price=0.0,
        action="cached",
        endpoint=RECORDED,
        tags=want.prompt.tags,
        place=want.place,
        recording=recording.path,
    )


def _file(want: Wanted, drafts: Sequence[RequestPlan], last: LastState) -> _File:
    first = drafts[0]
    key = joined_key([draft.key for draft in drafts])
    kind = _lock.kind(first.source)
    before, renamed = _locked(want, kind, last)
    others = (
        last.locked.get((first.pack, first.prompt, first.profile, other)) for other in _kinds(last, kind)
    )
    return _File(
        key=key,
        request_key=joined_key([draft.request_key for draft in drafts]),
        shape=shape_key(key, first.shape),
        has=all(last.has(draft.key) for draft in drafts),
        there=last.artefacts.get((first.pack, first.prompt, first.profile)),
        before=before,
        other=next(filter(None, others), None),
        renamed=renamed,
    )


def _kinds(last: LastState, kind: str) -> list[str]:
    return [other for other in ("vendor", "local", "embedded") if other != kind] if last.locked else []


def _locked(want: Wanted, kind: str, last: LastState) -> tuple[Locked | None, str]:
    """Return what was last built from this kind of source, and the id that it had, if that was another."""
    pack, profile = want.pack.name, want.profile.name
    found = last.locked.get((pack, want.prompt.id, profile, kind))
    if found is not None or want.prompt.moved is None:
        return found, ""
    earlier = last.locked.get((pack, want.prompt.moved, profile, kind))
    return earlier, want.prompt.moved if earlier is not None else ""


def _action(want: Wanted, draft: RequestPlan, file: _File, last: LastState) -> tuple[Action, tuple[str, ...]]:
    there = file.there
    moved = there is not None and f"{BUILD}/{draft.pack}/{there.file}" != draft.file
    if there is not None and not moved and there.shape == file.shape and last.whole(draft.pack, there):
        return "cached", ()
    if draft.recording:
        return _recorded_action(draft, file)
    if last.has(draft.key):
        return "reshape", (_reshape_reason(want, file, moved=moved),)
    if file.before is None:
        if file.other is None:
            return "create", ("new",)
        return "create", (f"not yet asked of {_who(draft.source)}, only of {_who(file.other.source)}",)
    renamed = (f"renamed from {file.renamed}",) if file.renamed else ()
    if there is not None and there.fallback and there.key == file.before.key:
        return "change", (*renamed, f"made by the fallback {there.fallback}")
    if file.before.key == file.key:
        return "create", (*renamed, "built before, but its bytes are not on this machine")
    why = reasons.changes(want, draft.call, file.request_key, file.before, last)
    return "change", reasons.told((*renamed, *why))


def _recorded_action(draft: RequestPlan, file: _File) -> tuple[Action, tuple[str, ...]]:
    if file.there is not None and file.there.key == draft.key:
        return "reshape", (
            "the target changed" if file.there.shape != file.shape else "the file is missing or was changed",
        )
    if file.before is None:
        return "create", (f"recorded by a person: {draft.recording}",)
    return ("create" if file.before.key == draft.key else "change"), (f"the recording {draft.recording}",)


def _who(source: str) -> str:
    return "the embedded voice" if source.startswith("embedded/") else source


def _reshape_reason(want: Wanted, file: _File, *, moved: bool) -> str:
    there = file.there
    if there is None:
        if file.renamed:
            return f"renamed from {file.renamed}"
        built = file.before is not None and file.before.key == file.key
        return f"{'built before' if built else 'new file'}, sound already bought"
    if moved:
        return "its file has another name now"
    if there.key != file.key:
        if _lock.kind(there.source) != _lock.kind(want.source):
            return f"the file holds what {_who(there.source)} said"
        return "changed back to a sound already bought" if file.has else "bought; another piece changed"
    return "the target changed" if there.shape != file.shape else "the file is missing or was changed"


def prune(rows: Iterable[RequestPlan], last: LastState) -> tuple[Pruned, ...]:
    """List what an earlier build made and no row asks for any more."""
    rows = tuple(rows)
    asked = {(row.pack, row.file) for row in rows}
    planned = {(row.pack, row.prompt, row.profile) for row in rows}
    now = {
        (row.pack, row.profile, row.key): row.prompt
        for row in rows
        if (row.pack, row.prompt, row.profile) not in last.artefacts
    }
    found = []
    for (pack, prompt, profile), artefact in sorted(last.artefacts.items()):
        file = f"{BUILD}/{pack}/{artefact.file}"
        if (pack, file) in asked:
            continue
        reason = "no prompt asks for it any more"
        if (pack, prompt, profile) in planned:
            reason = "its file has another name now"
        elif (pack, profile, artefact.key) in now:
            reason = f"renamed to {now[pack, profile, artefact.key]}"
        found.append(Pruned(pack, prompt, profile, artefact.locale, file, artefact.key, (reason,)))
    return tuple(found)
