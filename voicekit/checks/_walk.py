"""The one walk that all checks share. Imports the subjects and model.

What each check subscribes to is sorted into tables once; the walk then asks the tables, not the checks.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache
from typing import Any

from attrs import frozen

from voicekit.checks._members import Check, find
from voicekit.checks._subjects import Node, PackUse, ProfileUse, PromptUse, Row, Run, Whole
from voicekit.model import Element, Finding, Pack, Project, Script

Look = Callable[[Any], Iterable[Finding]]
_SUBJECTS = ("project", "pack", "prompt", "profile", "row", "spoken", "text")
_EVERY = "*"


@frozen
class _Table:
    """Who looks at what. `everywhere` are those that look at every element; they are in `elements` too."""

    looks: Mapping[str, tuple[Look, ...]]
    elements: Mapping[str, tuple[Look, ...]]
    everywhere: tuple[Look, ...]


def _sort(checks: Iterable[Check]) -> _Table:
    members = tuple(checks)
    looks = {
        subject: tuple(look for check in members if (look := getattr(check, subject)) is not None)
        for subject in _SUBJECTS
    }
    names = {name for check in members for name in check.elements}
    elements = {
        name: tuple(
            look for check in members for key, look in check.elements.items() if key in {name, _EVERY}
        )
        for name in names
    }
    return _Table(looks, elements, elements.get(_EVERY, ()))


@cache
def _all() -> _Table:
    return _sort(find().values())


def look(
    project: Project,
    rows: Iterable[Row],
    profiles: Iterable[ProfileUse],
    *,
    partial: bool = False,
    only: Iterable[Check] | None = None,
) -> list[Finding]:
    """Run checks over a project.

    Args:
        project: What is looked at.
        rows: Its prompts, as its profiles say them.
        profiles: The profiles of its packs.
        partial: The rows are a selection: prompts without a row are not looked at.
        only: These checks instead of all.

    Returns:
        What they found, unsorted and at their own severities.
    """
    table = _all() if only is None else _sort(only)
    whole = Whole(project, tuple(rows))
    found: list[Finding] = []
    _tell(table.looks["project"], whole, found)
    _packs(table, whole, found, partial=partial)
    for profile in profiles:
        _tell(table.looks["profile"], profile, found)
    heard: set[tuple[str, ...]] = set()
    for row in whole.rows:
        _row(table, row, heard, found)
    return found


def _tell(looks: Iterable[Look], subject: Any, found: list[Finding]) -> None:
    for one in looks:
        found.extend(one(subject))


def _packs(table: _Table, whole: Whole, found: list[Finding], *, partial: bool) -> None:
    by_pack: dict[str, list[Row]] = defaultdict(list)
    for row in whole.rows:
        by_pack[row.pack.name].append(row)
    scripts: dict[str, list[Script]] = defaultdict(list)
    for script in whole.project.scripts:
        scripts[script.name].append(script)
    seen: set[tuple[str, str]] = set()
    for pack in whole.project.packs:
        rows = by_pack[pack.name]
        if rows or not partial:
            _tell(table.looks["pack"], PackUse(whole.project, pack, tuple(rows)), found)
            _prompts(table, whole, pack, rows, scripts, seen, found, partial=partial)


def _prompts(
    table: _Table, whole: Whole, pack: Pack, rows: Sequence[Row], scripts: Mapping[str, Sequence[Script]],
    seen: set[tuple[str, str]], found: list[Finding], *, partial: bool,
) -> None:  # fmt: skip
    """Show each prompt once, also where two packs share a list."""
    if not table.looks["prompt"]:
        return
    by_prompt: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        by_prompt[row.prompt.id].append(row)
    for prompt in pack.prompts:
        key = (prompt.place.path, prompt.id)
        if key in seen or (partial and prompt.id not in by_prompt):
            continue
        seen.add(key)
        variants = tuple(scripts.get(prompt.script or "", ()))
        own = tuple(by_prompt.get(prompt.id, ()))
        _tell(table.looks["prompt"], PromptUse(whole.project, pack, prompt, own, variants), found)


def _row(table: _Table, row: Row, heard: set[tuple[str, ...]], found: list[Finding]) -> None:
    _tell(table.looks["row"], row, found)
    words = (row.pack.name, row.prompt.id, row.language, row.text)
    if words not in heard:
        heard.add(words)
        _tell(table.looks["spoken"], row, found)
    if isinstance(row.speech.content, Element):
        _tree(table, row, row.speech.content, (), found)
    else:
        _tell(table.looks["text"], Run(row, row.speech.content), found)


def _tree(
    table: _Table, row: Row, element: Element, parents: tuple[Element, ...], found: list[Finding]
) -> None:
    looks = table.elements.get(element.name, table.everywhere)
    if looks:
        _tell(looks, Node(row, element, parents), found)
    below = (*parents, element)
    for child in element.children:
        if isinstance(child, Element):
            _tree(table, row, child, below, found)
        elif table.looks["text"]:
            _tell(table.looks["text"], Run(row, child, below), found)
