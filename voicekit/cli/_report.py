"""Plans, findings and results as lines for people and as the versioned JSON that others build on."""

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

from attrs import frozen

from voicekit.cli._output import amount
from voicekit.model import Action, Finding, Plan, Pruned, RequestPlan

if TYPE_CHECKING:
    from voicekit._pipeline import Reading
    from voicekit._run import Result

ACTIONS: tuple[Action, ...] = ("create", "change", "reshape", "prune", "cached")
_CENT = 0.01


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
            f"{row.characters_billed:,}" if _buys(row) else "",
            "; ".join([*row.reasons, *([f"same as {row.same_as}"] if row.same_as else [])]),
        )
        for row in plan.requests
    ]
    return [*found, *(Line("prune", row.file, "", "; ".join(row.reasons)) for row in plan.prune)]


def warnings(plan: Plan) -> Iterator[str]:
    """Return the findings of a plan that warn; those that only inform are for `check`."""
    for finding in plan.findings:
        if finding.severity != "warning":
            continue
        yield f"{finding.place}: {finding.severity} {finding.code} {finding.message}"


def _buys(row: RequestPlan) -> bool:
    return row.action in {"create", "change"} and row.same_as is None


def pending(plan: Plan) -> bool:
    """Whether some action of a plan is not `cached`."""
    return bool(plan.prune) or any(row.action != "cached" for row in plan.requests)


def steps(plan: Plan) -> int:
    """Count the steps of a build: one for each sound that is not there yet."""
    return len({row.key for row in plan.requests if row.action != "cached"})


def summary(plan: Plan) -> dict[str, Any]:
    """Count a plan's actions, requests, characters and price in USD."""
    bought = [row for row in plan.requests if _buys(row)]
    counts: dict[str, Any] = {
        action: sum(row.action == action for row in plan.requests) for action in ACTIONS
    }
    return {
        **counts,
        "prune": len(plan.prune),
        "requests": len(bought),
        "characters_billed": sum(row.characters_billed for row in bought),
        "price": round(sum(row.price for row in bought), 6),
        "currency": "USD",
        "endpoints": sorted({row.endpoint for row in plan.requests}),
    }


def footer(plan: Plan) -> str:
    """Return a plan's last line."""
    found = summary(plan)
    if not plan.requests and not plan.prune:
        return "nothing to do: nothing is selected"
    if not pending(plan):
        return f"nothing to do: {amount(len({row.file for row in plan.requests}), 'file')} built already"
    parts = [f"{found[action]:,} to {action}" for action in ACTIONS[:-1] if found[action]]
    parts.append(f"{found['cached']:,} cached")
    who = " and ".join(found["endpoints"])
    price = _price(found["price"]) if found["price"] else "free of charge"
    ask = f"{amount(found['requests'], 'request')} to {who}, {amount(found['characters_billed'], 'character')}, {price}"
    return f"{', '.join(parts)}\n{ask}" if found["requests"] else ", ".join(parts)


def plan_json(plan: Plan) -> dict[str, Any]:
    """Return a plan as `voicekit.plan/1`."""
    from voicekit._plan import plain_call

    rows = [
        {
            "pack": row.pack,
            "prompt": row.prompt,
            "profile": row.profile,
            "locale": row.locale,
            "file": row.file,
            "piece": row.piece,
            "action": row.action,
            "reasons": list(row.reasons),
            "request_key": row.request_key,
            "key": row.key,
            "characters_billed": row.characters_billed,
            "same_as": row.same_as,
            "endpoint": row.endpoint,
            "source": row.source,
            "request": plain_call(row.call),
        }
        for row in plan.requests
    ]
    return {
        "schema": "voicekit.plan/1",
        "project": plan.project,
        "requests": [*rows, *map(_pruned, plan.prune)],
        "summary": summary(plan),
        "findings": list(map(_finding, plan.findings)),
    }


def _pruned(row: Pruned) -> dict[str, Any]:
    return {
        "pack": row.pack,
        "prompt": row.prompt,
        "profile": row.profile,
        "locale": row.locale,
        "file": row.file,
        "piece": 0,
        "action": "prune",
        "reasons": list(row.reasons),
        "request_key": None,
        "key": row.key,
        "characters_billed": 0,
        "same_as": None,
        "endpoint": None,
        "source": None,
        "request": None,
    }


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
        "cached": result.cached,
        "pruned": result.pruned,
        "characters_billed": result.characters,
        "price": round(result.cost, 6),
        "currency": "USD",
        "failed": [
            {"prompt": row.prompt, "profile": row.profile, "message": error.problems[0].message}
            for row, error in result.failures
        ],
        "interrupted": result.interrupted,
    }


def result_lines(result: "Result") -> Iterator[str]:
    """Say what a build did."""
    seconds = sum(row.duration for row in result.written)
    cost = f", {_price(result.cost)}" if result.cost else ""
    written = f"{amount(len(result.written), 'file')} written ({_clock(seconds)} of sound)"
    done = written if result.written or result.failures else "nothing to write"
    if result.failures:
        done += f", {len(result.failures):,} failed"
    yield f"{done}, {result.cached:,} cached, {amount(result.requests, 'request')} sent{cost}"
    if result.pruned:
        yield f"{amount(result.pruned, 'file')} removed that no prompt asks for any more"
    for file in result.left:
        yield f"left alone, because it is no longer what voicekit wrote: {file}"


def _price(dollars: float) -> str:
    return f"{dollars:,.2f} USD" if dollars >= _CENT else "under 0.01 USD"


def _clock(seconds: float) -> str:
    return f"{int(seconds) // 60}:{int(seconds) % 60:02}"
