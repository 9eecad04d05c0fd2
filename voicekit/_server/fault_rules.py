"""Reading rules of faults: one as text, many as a YAML list, strictly. Imports faults, _load's fields, _yaml, _files."""

import math
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from voicekit import _files, _yaml, providers
from voicekit import _limits as limits
from voicekit._load.fields import Fields, kind, nearest
from voicekit._server.faults import VOCABULARY, Rule
from voicekit.errors import ConfigError, Place, Problems

LATENCY = (0.0, 3_600.0)  # seconds
_SPAN = re.compile(r"(?P<low>[0-9]*\.?[0-9]+)(?:\.\.(?P<high>[0-9]*\.?[0-9]+))?")
_TEXTS = frozenset(
    {"path", "provider", "key", "message", "redirect", "link", "wrong-type", "failed", "retry-after"}
)


def from_texts(texts: Iterable[str]) -> tuple[Rule, ...]:
    """Read rules from the command line, such as ``status=429,rate=0.3,retry-after=2``.

    Raises:
        ConfigError: Not a rule; names each problem.
    """
    problems = Problems()
    rules = tuple(_rule(_as_map(text), "--fault", problems) for text in texts)
    problems.settle()
    return rules


def from_file(path: Path) -> tuple[Rule, ...]:
    """Read a YAML list of the same mappings.

    Raises:
        ConfigError: Not such a list; names the line of each problem.
    """
    name, problems = str(path), Problems()
    data = _yaml.load(_files.read_text(path, limits.FILE_BYTES), name)
    if not isinstance(data, _yaml.Seq):
        raise ConfigError.of(
            f"expected a list of faults, found {kind(data)}",
            place=Place(name, 1),
            remedy="write `- {status: 429, rate: 0.3}`, one a line",
        )
    rules = tuple(_rule(item, name, problems, line) for item, line in zip(data, data.lines, strict=True))
    problems.settle()
    return rules


def latency(text: str) -> tuple[float, float]:
    """Read ``SECONDS`` or ``MIN..MAX``.

    Raises:
        ConfigError: It is neither.
    """
    found = _span(text)
    if found is None:
        raise ConfigError.of(
            "is not a time", place=Place("--latency"), remedy="write 0.5, or 0.2..1.5 (seconds)"
        )
    return found


def _as_map(text: str) -> _yaml.Map:
    """Read ``key=value,flag`` as the mapping that a file would hold."""
    found = _yaml.Map(0)
    for part in text.split(","):
        key, equals, value = (piece.strip() for piece in part.partition("="))
        if not equals and " " in key:
            raise ConfigError.of(
                "what stands behind a comma is no word of a rule",
                place=Place("--fault"),
                remedy="a comma ends a value: write one that holds a comma in a file, and name that with --faults",
            )
        if key in found:
            raise ConfigError.of(
                f"`{key[:40]}` stands twice", place=Place("--fault"), remedy="keep one of the two"
            )
        try:
            found[key] = (value if key in _TEXTS else _yaml.scalar(value)) if equals else True
        except ValueError:
            found[key] = value
    return found


def _rule(data: Any, path: str, problems: Problems, line: int = 0) -> Rule:
    fields = Fields(data, path, "", problems, line=line)
    given = {name: fields.data.get(name) for name in VOCABULARY}
    named = [name for name, value in given.items() if value is not None and value is not False]
    pace = _latency(fields)
    fault = _fault_of(fields, named)
    values = {name: _value(fields, name) for name in VOCABULARY}
    rule = Rule(
        name=fault,
        value=values.get(fault),
        status=int(values["status"]) if fault == "redirect" and values["status"] else None,
        retry_after=_retry_after(fields),
        message=fields.text("message"),
        latency=pace,
        rate=_or(fields.number("rate", (0, 1)), 1.0),
        seed=fields.integer("seed"),
        times=fields.integer("times", (0, math.inf)),
        after=int(_or(fields.integer("after", (0, math.inf)), 0)),
        path=fields.text("path"),
        provider=_provider(fields),
        key=fields.text("key"),
    )
    for name, value in (("retry-after", rule.retry_after), ("message", rule.message)):
        if value is not None and fault != "status":
            fields.problem(name, "goes with `status` only", "give it to a rule of `status`, or leave it out")
    fields.finish()
    if not fault and pace is None and not fields.broken:
        fields.problems.add(
            "names no fault", place=fields.place(), remedy=f"one of: {', '.join(VOCABULARY)}, latency"
        )
    return rule


def _fault_of(fields: Fields, named: list[str]) -> str:
    if set(named) == {"status", "redirect"}:
        return "redirect"
    if len(named) > 1:
        fields.problem(named[1], f"a second fault beside `{named[0]}`", "make a rule for each")
    return named[0] if named else ""


def _value(fields: Fields, name: str) -> Any:
    """Read the value that a fault stands with."""
    fault = VOCABULARY[name]
    if fault.form == "flag":
        fields.boolean(name)
        return None
    if fault.optional and fields.data.get(name) is True:
        fields.take(name)
        return None
    if fault.form == "text":
        return fields.text(name)
    if fault.form == "status":
        return fields.integer(name, (200, 599))
    if fault.form == "integer":
        return fields.integer(name, (0, math.inf))
    return fields.number(name, (1 if name.startswith("drip") else 0, math.inf))


def _latency(fields: Fields) -> tuple[float, float] | None:
    value = fields.take("latency")
    if value is None:
        return None
    found = _span(value if isinstance(value, str) else str(value))
    if found is None:
        fields.problem("latency", "is not a time", "write 0.5, or 0.2..1.5 (seconds)")
    return found


def _span(text: str) -> tuple[float, float] | None:
    match = _SPAN.fullmatch(text.strip())
    try:
        low = float(match["low"]) if match else math.nan
        high = float(match["high"] or match["low"]) if match else math.nan
    except ValueError:
        return None
    return (low, high) if LATENCY[0] <= low <= high <= LATENCY[1] else None


def _retry_after(fields: Fields) -> str | None:
    value = fields.take("retry-after")
    if value is None or (isinstance(value, str) and value.isascii() and value.isprintable()):
        return value
    if isinstance(value, int | float) and not isinstance(value, bool):
        return f"{value:g}"
    fields.problem(
        "retry-after", f"expected seconds or a date, found {kind(value)}", "write 2, or an HTTP date"
    )
    return None


def _provider(fields: Fields) -> str | None:
    name, known = fields.text("provider"), providers.find()
    if name is not None and name not in known:
        fields.problem("provider", f"no provider is called `{name[:40]}`", nearest(name, known))
    return name


def _or(value: float | None, default: float) -> float:
    return default if value is None else value
