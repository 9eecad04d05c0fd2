"""Cases: YAML files in `tests/` that say what scripts and prompts must become; or every problem with them at once.

A case is read here and run in the pipeline. Imports what the rest of this room does, and ssml.
"""

import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from attrs import frozen

from voicekit import _files, _yaml, ssml
from voicekit import _limits as limits
from voicekit._load.fields import Fields, is_written, kind, read_yaml, show
from voicekit._load.takes import SUBJECTS, Take, Takes
from voicekit.errors import ConfigError, MarkupError, Place, Problems
from voicekit.model import Element, Project

FOLDER = "tests"
EXPECTATIONS = (
    "text",
    "ssml",
    "must_say",
    "must_not_say",
    "min_duration",
    "max_duration",
    "max_characters",
    "error",
)
KEYS = ("name", *SUBJECTS, "pack", "profile", "locale", "values", "note", *EXPECTATIONS)
SECONDS = (0.0, limits.FILE_SECONDS)
CHARACTERS = (0, limits.RENDER_BYTES)
_CASES = re.compile(r"""^(?:\{\s*)?["']?cases["']?\s*:""", re.MULTILINE)


@frozen
class Expected:
    """What a case expects. What is None or empty is not looked at.

    Attributes:
        min_duration: Seconds, as is `max_duration`.
        max_characters: Of the plain text.
        error: A part of the message with which rendering is refused; then nothing else is expected.
    """

    text: str | None = None
    ssml: Element | None = None
    must_say: tuple[str, ...] = ()
    must_not_say: tuple[str, ...] = ()
    min_duration: float | None = None
    max_duration: float | None = None
    max_characters: int | None = None
    error: str | None = None

    @property
    def spoken(self) -> bool:
        """Whether it has to be spoken to know."""
        return self.min_duration is not None or self.max_duration is not None


@frozen
class Case:
    """One test of a script or a prompt. It holds if it does for each of its takes."""

    name: str
    place: Place
    takes: tuple[Take, ...]
    expected: Expected


@frozen
class Files:
    """The YAML files below `tests/`, relative to the project: those with cases, and those that are something else."""

    cases: tuple[str, ...]
    others: tuple[str, ...]


def find(root: Path) -> Files:
    """List the files of cases; hidden ones are not looked at.

    Raises:
        HostError: The disk does not give a file.
    """
    relative = (path.relative_to(root) for path in (root / FOLDER).rglob("*.yaml") if path.is_file())
    names = sorted(path.as_posix() for path in relative if not any(part[0] == "." for part in path.parts))
    found = {name: has_cases(root / name) for name in names}
    return Files(*(tuple(name for name in names if found[name] is ours) for ours in (True, False)))


def has_cases(path: Path) -> bool:
    """Whether a file has `cases:` at its top. It need not be YAML that we can read: it may be another tool's.

    Raises:
        HostError: The disk does not give the file.
    """
    try:
        data = _files.read(path, limits.FILE_BYTES)
    except ConfigError:  # larger than any file of cases
        return False
    return _CASES.search(data.decode("utf-8-sig", "replace")) is not None


def load(project: Project, names: Iterable[str]) -> tuple[Case, ...]:
    """Read files of cases, in their order.

    Args:
        project: The project that they test.
        names: Files, relative to the project.

    Raises:
        ConfigError: With every problem of all of them.
    """
    problems, takes, root = Problems(), Takes(project), Path(project.root)
    written = [name for name in names if is_written(show(root, name), problems)]
    cases = tuple(case for name in written for case in _file(root, name, takes, problems))
    problems.settle()
    return cases


def _file(root: Path, name: str, takes: Takes, problems: Problems) -> Iterator[Case]:
    first: dict[str, Place] = {}
    for fields in _rows(root, name, problems):
        case = _case(fields, takes)
        if case is None:
            continue
        twin = first.setdefault(case.name, case.place)
        if twin is not case.place:
            fields.problem("name", f"is that of another case, at {twin}", "give each case a name of its own")
        yield case


def _rows(root: Path, name: str, problems: Problems) -> Iterator[Fields]:
    before = len(problems)
    data = read_yaml(root, name, limits.FILE_BYTES, problems)
    if len(problems) > before:
        return
    shown = show(root, name)
    top = Fields(data, shown, "", problems)
    rows = top.take("cases")
    top.finish()
    if not isinstance(rows, _yaml.Seq):
        if not top.broken:
            remedy = "write `cases:` and one `- {name: …}` a line"
            top.problem("cases", f"expected a list of cases, found {kind(rows)}", remedy)
        return
    for number, (row, line) in enumerate(zip(rows, rows.lines, strict=True)):
        where = f"cases[{number}]"
        if isinstance(row, _yaml.Map):
            yield Fields(row, shown, where, problems, line=line)
        else:
            remedy = "write `- {name: …, script: …, text: …}`"
            found = f"expected a case, found {kind(row)}"
            problems.add(found, place=Place(shown, line), where=where, remedy=remedy)


def _case(fields: Fields, takes: Takes) -> Case | None:
    """Read one case. Where a part of it is wrong, that is noted, and None returned."""
    before = len(fields.problems)
    name = " ".join((fields.text("name", required=True) or "").split())
    fields.text("note", empty=True)
    expected = _expected(fields)
    found = takes.read(fields, name, spoken=expected.spoken)
    fields.finish()
    return Case(name, fields.place(), found, expected) if len(fields.problems) == before else None


def _expected(fields: Fields) -> Expected:
    expected = Expected(
        text=fields.text("text", empty=True),
        ssml=_tree(fields),
        must_say=fields.texts("must_say"),
        must_not_say=fields.texts("must_not_say"),
        min_duration=fields.number("min_duration", SECONDS, " seconds"),
        max_duration=fields.number("max_duration", SECONDS, " seconds"),
        max_characters=fields.integer("max_characters", CHARACTERS, " characters"),
        error=fields.text("error"),
    )
    for key in ("must_say", "must_not_say"):
        if fields.data.get(key) == []:
            fields.problem(key, "is empty", "name a phrase, or leave the key out")
    if not any(key in fields.data for key in EXPECTATIONS):
        remedy = f"write one of: {', '.join(EXPECTATIONS)}"
        fields.problems.add("expects nothing", place=fields.place(), where=fields.where, remedy=remedy)
    others = [key for key in EXPECTATIONS if key != "error" and fields.has(key)]
    if fields.has("error") and others:
        message = "what is refused says nothing, so nothing else can be expected"
        fields.problem("error", message, f"leave out `error`, or {', '.join(others)}")
    low, high = expected.min_duration, expected.max_duration
    if low is not None and high is not None and low > high:
        fields.problem("min_duration", "is above max_duration", "make one of the two fit")
    return expected


def _tree(fields: Fields) -> Element | None:
    text = fields.text("ssml")
    if text is None:
        return None
    try:
        return ssml.parse(text)
    except MarkupError as error:
        for problem in error.problems:
            at = problem.place
            where = f" (line {at.line}, column {at.column} of it)" if at else ""
            fields.problem("ssml", f"{problem.message}{where}", problem.remedy)
        return None
