"""Plans, findings and results as lines for people and as the versioned JSON that others build on."""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from attrs import frozen

from voicekit._plan import ACTIONS, bought, pending, plain_rows, summary
from voicekit.cli._output import amount
from voicekit.model import Action, Endpoint, Finding, Plan

if TYPE_CHECKING:
    from voicekit._pipeline import Asked, Explained, Memo, Reading
    from voicekit._run import Result

SYMBOLS: Mapping[str, str] = {"create": "+", "change": "~", "reshape": "±", "prune": "-", "cached": "="}
_CENT = 0.01
_SHOWN = 200  # rows of a comment on a pull request


@frozen
class Line:
    """One line of a plan."""

    action: Action
    file: str
    characters: str
    reason: str


def lines(plan: Plan) -> list[Line]:
    """Return a plan's lines: requests in their order, then what is pruned."""
    found = [
        Line(
            row.action,
            row.file,
            f"{row.characters_billed:,}" if row.buys and row.same_as is None else "",
            "; ".join([*row.reasons, *([f"same as {row.same_as}"] if row.same_as else [])]),
        )
        for row in plan.requests
    ]
    return [*found, *(Line("prune", row.file, "", "; ".join(row.reasons)) for row in plan.prune)]


def steps(plan: Plan) -> int:
    """Count the steps of a build: one for each sound that is not there yet."""
    return len({row.key for row in plan.requests if row.action != "cached"})


def footer(plan: Plan, endpoints: Mapping[str, Endpoint]) -> list[str]:
    """Return a plan's last lines: counts, requests, and what they cost by voice family, and how long they take."""
    found = summary(plan)
    if not plan.requests and not plan.prune:
        return ["nothing to do: nothing is selected"]
    if not pending(plan):
        return [nothing(found["files"]["cached"])]
    told = [_counts(found["files"]) + _pieces(plan)]
    if found["requests"]:
        who = " and ".join(sorted({row.endpoint for row in bought(plan.requests)}))
        families = found["families"] if found["price"] or found["unpriced"] else []
        of = f" of {_named(families[0])}" if len(families) == 1 else ""
        told.append(
            f"{amount(found['requests'], 'request')} to {who}, "
            f"{amount(found['characters_billed'], 'character')}{of}, {_total(found)}"
        )
        told += [_family(family) for family in families if len(families) > 1]
    told += _time(plan, endpoints)
    return told


def _counts(files: Mapping[str, int]) -> str:
    parts = [f"{files[action]:,} to {action}" for action in ACTIONS[:-1] if files[action]]
    return ", ".join([*parts, f"{files['cached']:,} cached"])


def _pieces(plan: Plan) -> str:
    """Say of how many pieces the files consist whose prompts are too long for one request; usually nothing."""
    pieces = [row.file for row in plan.requests if row.pieces > 1 and row.action != "cached"]
    files = len(set(pieces))
    return f"; {amount(files, 'file')} of them in {len(pieces):,} pieces" if files else ""


def nothing(files: int) -> str:
    """Say that there is nothing to do."""
    return f"nothing to do: {amount(files, 'file')} built already"


def _total(found: Mapping[str, Any]) -> str:
    if found["unpriced"]:
        rest = f" and {amount(found['unpriced'], 'request')} of unknown price"
        return (_price(found["price"]) if found["price"] else "no known price") + rest
    return _price(found["price"]) if found["price"] else "free of charge"


def _family(found: Mapping[str, Any]) -> str:
    price = "price unknown" if found["price"] is None else _price(found["price"])
    return f"  {_named(found)}: {amount(found['characters_billed'], 'character')}, {price}"


def _named(found: Mapping[str, Any]) -> str:
    return f"{found['provider']} {found['family']}".strip()


def _time(plan: Plan, endpoints: Mapping[str, Endpoint]) -> Iterator[str]:
    """Say how long the requests take at the rates that the endpoints state."""
    from voicekit._run import Pace

    seconds = 0.0
    for name, endpoint in endpoints.items():
        rows = [row for row in bought(plan.requests) if row.endpoint == name]
        characters = sum(row.characters_billed for row in rows)
        seconds = max(seconds, Pace(endpoint).seconds(max(0, len(rows) - 1), characters))
    if seconds >= 1:
        yield f"at least {_duration(seconds)} at the endpoints' rates"


def _duration(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return (
        f"{hours}:{minutes:02}:{rest:02} h"
        if hours
        else f"{minutes}:{rest:02} min"
        if minutes
        else f"{rest} s"
    )


def plan_json(
    plan: Plan, asked: "Asked | None" = None, explained: "Iterable[Explained] | None" = None
) -> Iterator[str]:
    """Return a plan as `voicekit.plan/1`.

    Args:
        plan: The plan.
        asked: The flags that it was made with.
        explained: Where its settings and values come from, if that was asked for.
    """
    from voicekit import _wire

    more = {} if explained is None else {"explained": [_wire.to_plain(one) for one in explained]}
    rows = map(_wire.compact, plain_rows(plan))
    return _document(plan.project, asked, rows, plan.findings, {"summary": summary(plan), **more})


def _document(
    project: str,
    asked: "Asked | None",
    rows: Iterable[bytes],
    findings: Iterable[Finding],
    rest: Mapping[str, Any],
) -> Iterator[str]:
    """Return the lines of a plan's JSON, a row or finding a line: those of 100,000 prompts are never held at once."""
    from voicekit import _wire

    plain = _wire.to_plain(asked) if asked is not None else {}
    head = {"schema": "voicekit.plan/1", "project": project, "asked": plain}
    yield _wire.compact(head).decode().removesuffix("}") + ',"requests":['
    yield from _parted(rows)
    yield '],"findings":['
    yield from _parted(_wire.compact(_finding(finding)) for finding in findings)
    yield "]," + _wire.compact(rest).decode().removeprefix("{")


def _parted(items: Iterable[bytes]) -> Iterator[str]:
    ahead = ""
    for item in items:
        yield ahead + item.decode()
        ahead = ","


def plan_lines(plan: Plan) -> Iterator[str]:
    """Return a plan as lines of JSON: the schema, a line for each row, and the summary."""
    from voicekit import _wire

    return _lines(plan.project, map(_wire.compact, plain_rows(plan)), summary(plan))


def _lines(project: str, rows: Iterable[bytes], counts: Mapping[str, Any]) -> Iterator[str]:
    from voicekit import _wire

    yield _wire.compact({"schema": "voicekit.plan/1", "project": project}).decode()
    yield from (row.decode() for row in rows)
    yield _wire.compact({"summary": counts}).decode()


def plan_markdown(plan: Plan, endpoints: Mapping[str, Endpoint]) -> Iterator[str]:
    """Return a plan as Markdown, for a comment on a pull request."""
    from voicekit._pipeline import warned

    changed = [row for row in lines(plan) if row.action != "cached"]
    yield f"### voicekit plan: {_cell(plan.project)}"
    yield ""
    if changed:
        yield "| | file | characters | why |"
        yield "| --- | --- | ---: | --- |"
        for row in changed[:_SHOWN]:
            yield f"| {SYMBOLS[row.action]} | `{row.file}` | {row.characters} | {_cell(row.reason)} |"
        if len(changed) > _SHOWN:
            yield f"| | and {len(changed) - _SHOWN:,} more | | |"
        yield ""
    yield from (f"- {_cell(line.strip())}" for line in footer(plan, endpoints))
    yield from (f"- ⚠ {_cell(text)}" for text in warned(plan.findings))


def memo_json(memo: "Memo", asked: "Asked") -> Iterator[str]:
    """Return a noted plan as `voicekit.plan/1`."""
    return _document(memo.project, asked, memo.rows(), memo.findings(), {"summary": memo.summary})


def memo_lines(memo: "Memo") -> Iterator[str]:
    """Return a noted plan as lines of JSON."""
    return _lines(memo.project, memo.rows(), memo.summary)


def memo_markdown(memo: "Memo") -> Iterator[str]:
    """Return a noted plan as Markdown."""
    yield f"### voicekit plan: {_cell(memo.project)}"
    yield ""
    yield f"- {nothing(memo.count)}"
    yield from (f"- ⚠ {_cell(text)}" for text in memo.warnings)


def _cell(text: str) -> str:
    """Keep text from being read as Markdown or HTML."""
    return re.sub(r"([\\`*_\[\]<>|])", r"\\\1", " ".join(text.split()))


def _finding(finding: Finding) -> dict[str, Any]:
    return {
        "code": finding.code,
        "severity": finding.severity,
        "path": finding.place.path,
        "line": finding.place.line,
        "column": finding.place.column,
        "message": finding.message,
        "remedy": finding.remedy,
    }


def findings_json(findings: Iterable[Finding]) -> dict[str, Any]:
    """Return findings as `voicekit.findings/1`."""
    return {"schema": "voicekit.findings/1", "findings": list(map(_finding, findings))}


def render_json(reading: "Reading") -> dict[str, Any]:
    """Return rendered prompts as `voicekit.render/1`."""
    return {
        "schema": "voicekit.render/1",
        "prompts": [
            {
                "pack": row.pack.name,
                "prompt": row.prompt.id,
                "profile": row.profile.name,
                "locale": row.profile.settings.language,
                "piece": piece,
                "text": ask.text,
                "ssml": ask.ssml,
                "markup": ask.markup,
                "spoken": row.text,
            }
            for row in reading.rows
            for piece, ask in enumerate(row.asks)
        ],
    }


def result_json(result: "Result") -> dict[str, Any]:
    """Return what a build did as `voicekit.build/1`."""
    return {
        "schema": "voicekit.build/1",
        "written": [f"{row.profile}/{row.id}" for row in result.written],
        "requests": result.requests,
        "fetched": result.fetched,
        "renewed": result.renewed,
        "cached": result.cached,
        "pruned": result.pruned,
        "characters_billed": result.characters,
        "price": round(result.cost, 6),
        "currency": "USD",
        "failed": [
            {"prompt": row.prompt, "profile": row.profile, "message": error.problems[0].message}
            for row, error in result.failures
        ],
        "fallbacks": [
            {"prompt": row.id, "profile": row.profile, "file": row.file, "fallback": row.fallback}
            for row in result.fallbacks
        ],
        "warnings": [problem.message for problem in result.warnings],
        "undone": result.undone,
        "interrupted": result.interrupted,
    }


def spent(result: "Result") -> str:
    """Say what a run has cost so far; nothing where it is free of charge."""
    return _price(result.cost) if result.cost else ""


def result_lines(result: "Result") -> Iterator[str]:
    """Say what a build did."""
    seconds = sum(row.duration for row in result.written)
    cost = f", {_price(result.cost)}" if result.cost else ""
    written = f"{amount(len(result.written), 'file')} written ({_clock(seconds)} of sound)"
    done = written if result.written or result.failures or result.undone else "nothing to write"
    if result.failures:
        done += f", {len(result.failures):,} failed"
    if result.undone:
        done += f", {result.undone:,} not tried"
    embedded = all(row.source.startswith("embedded/") for row in result.written)
    if not (result.cached or result.pruned or result.left) and done == "nothing to write":
        yield "nothing to do: nothing is selected"
        return
    who = " to the embedded voice" if result.requests and result.written and embedded else ""
    yield f"{done}, {result.cached:,} cached, {amount(result.requests, 'request')} sent{who}{cost}"
    if result.pruned:
        yield f"{amount(result.pruned, 'file')} removed that no prompt asks for any more"
    if result.renewed:
        yield f"{amount(result.renewed, 'file')} of sounds that were damaged in the store, and asked for anew"
    if result.fetched:
        yield f"{amount(result.fetched, 'sound')} taken from the shared store"
    for file in result.left:
        yield f"left alone, because it is no longer what voicekit wrote: {file}"


def _price(dollars: float) -> str:
    return f"{dollars:,.2f} USD" if dollars >= _CENT else "under 0.01 USD"


def _clock(seconds: float) -> str:
    return f"{int(seconds) // 60}:{int(seconds) % 60:02}"
