"""The documents tell the truth: every command and file in them is run, made parts are fresh, and links lead somewhere.

How a page becomes a test stands in CONTRIBUTING.md under "Documents".
"""

import importlib.util
import os
import re
import shlex
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest
from attrs import field, frozen, mutable

import voicekit
from voicekit import cli
from voicekit.cli import plan
from voicekit.errors import VoicekitError

ROOT = Path(__file__).parent.parent
PAGES = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")])
FENCE = re.compile(
    r"^(?P<fence>`{3,})(?P<info>[^\n`]*)\n(?P<body>.*?)^(?P=fence)[ ]*$", re.DOTALL | re.MULTILINE
)
EXITS = re.compile(r"#\s*exits with (?P<code>\d+)")
# What a reader does to have voicekit at all. The tests that surround this one have done it.
SET_UP = ("make ", ". .venv/bin/activate", "git ")
PORT = "8302"
SECONDS = 110


@mutable
class Step:
    """A command of a page, or a file that it has the reader write."""

    line: int
    command: str
    expected: list[str] = field(factory=list)
    exits: int = 0


@frozen
class Outcome:
    """What a command printed and how it ended."""

    output: str
    code: int


def named(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def steps(text: str) -> Iterator[Step]:
    for block in FENCE.finditer(text):
        line = text[: block.start()].count("\n") + 1
        language, _, rest = block["info"].strip().partition(" ")
        if rest.startswith("file: "):
            name = shlex.quote(rest.removeprefix("file: ").strip())
            folder = f'mkdir -p "$(dirname {name})"'
            yield Step(line, f"{folder} && cat > {name} <<'END-OF-FILE'\n{block['body']}END-OF-FILE")
        elif language == "console":
            yield from commands(block["body"], line)


def commands(body: str, first: int) -> Iterator[Step]:
    found: list[Step] = []
    for offset, line in enumerate(body.splitlines(), start=first + 1):
        if line.startswith("$ "):
            exits = EXITS.search(line)
            found.append(Step(offset, line[2:], exits=int(exits["code"]) if exits else 0))
        elif found and line.startswith("> "):
            found[-1].command += f"\n{line[2:]}"
        elif found:
            found[-1].expected.append(line)
    return (step for step in found if not step.command.startswith(SET_UP))


def run(page: list[Step], folder: Path) -> list[Outcome]:
    """Run a page's steps in one shell, as a reader would."""
    tools = folder / ".tools"
    tools.mkdir()
    for name, target in (("python", ""), ("voicekit", " -m voicekit")):
        (tools / name).write_text(f'#!/bin/sh\nexec {shlex.quote(sys.executable)}{target} "$@"\n')
        (tools / name).chmod(0o755)
    home = str(Path(voicekit.__file__).parent.parent)
    environment = {
        "PATH": f"{tools}:{os.environ['PATH']}",
        "PYTHONPATH": home,
        "PYTHONSAFEPATH": "1",
        "HOME": str(folder),
        "LC_ALL": "C.UTF-8",
        "COLUMNS": "100",
        "NO_COLOR": "1",
    }
    port = a_port()
    script = "exec 2>&1\n" + "".join(
        f"{step.command.replace(PORT, port)}\nprintf '\\036%s\\036' $?\n" for step in page
    )
    work = folder / "work"
    work.mkdir()
    done = subprocess.run(
        ["sh"],
        input=script,
        cwd=work,
        env=environment,
        stdout=subprocess.PIPE,
        encoding="utf-8",
        timeout=SECONDS,
        check=False,
    )
    pieces = done.stdout.replace(port, PORT).split("\x1e")
    return [Outcome(text, int(code)) for text, code in zip(pieces[::2], pieces[1::2], strict=False)]


def a_port() -> str:
    """Return a free port, which stands in for the pages' own while they run."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return str(taken.getsockname()[1])


def fits(expected: list[str], output: str) -> bool:
    """Whether an output is the expected one, where `...` stands for anything."""
    wanted = "\n".join(line.rstrip() for line in expected).strip()
    got = "\n".join(line.rstrip() for line in output.splitlines()).strip()
    pattern = ".*?".join(re.escape(part) for part in wanted.split("..."))
    return re.fullmatch(pattern, got, re.DOTALL) is not None


RUN = [page for page in PAGES if any(steps(page.read_text(encoding="utf-8")))]


@pytest.mark.parametrize("page", RUN, ids=named)
def test_a_page_does_what_it_says(page: Path, tmp_path: Path) -> None:
    todo = list(steps(page.read_text(encoding="utf-8")))
    done = run(todo, tmp_path)

    wrong = [
        f"{named(page)}:{step.line}: $ {step.command.splitlines()[0]}\nexit {outcome.code}, not {step.exits}:\n{outcome.output}"
        for step, outcome in zip(todo, done, strict=False)
        if outcome.code != step.exits
    ]
    wrong += [
        f"{named(page)}:{step.line}: $ {step.command}\nshown:\n{chr(10).join(step.expected)}\nprinted:\n{outcome.output}"
        for step, outcome in zip(todo, done, strict=False)
        if step.expected and not fits(step.expected, outcome.output)
    ]
    assert not wrong, "\n\n".join(wrong)
    assert len(done) == len(todo)


def test_the_page_runner_notices_what_is_wrong(tmp_path: Path) -> None:
    text = "```console\n$ echo one two\none ...\n$ false\n```\n```text file: a/b.txt\nhello\n```\n```console\n$ cat a/b.txt\nbye\n```\n"
    todo = list(steps(text))
    done = run(todo, tmp_path)

    assert [step.line for step in todo] == [2, 4, 6, 10]
    assert [outcome.code for outcome in done] == [0, 1, 0, 0]
    assert fits(todo[0].expected, done[0].output)
    assert not fits(todo[3].expected, done[3].output)
    assert fits(["hello"], done[3].output)


def test_commands_that_set_up_are_targets_of_the_makefile() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    known = set(re.findall(r"^([a-z]+):", makefile, re.MULTILINE))
    for page in PAGES:
        used = set(re.findall(r"(?:^\$ |`)make ([a-z]+)", page.read_text(encoding="utf-8"), re.MULTILINE))
        assert used <= known, named(page)


def test_the_readme_names_every_verb_and_every_exit_code() -> None:
    def classes(error: type[VoicekitError]) -> set[type[VoicekitError]]:
        return {error}.union(*map(classes, error.__subclasses__()))

    codes = {error.exit_code for error in classes(VoicekitError)} | {
        0,
        cli.BUG,
        cli.INTERRUPTED,
        cli.UNREAD,
        cli.USAGE,
        plan.CHANGES,
    }
    for page in (ROOT / "README.md", ROOT / "docs" / "reference" / "files.md"):
        told = re.findall(r"^\| (\d+) \|", page.read_text(encoding="utf-8"), re.MULTILINE)
        assert {int(code) for code in told} == codes, named(page)
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert re.findall(r"^\| `voicekit (\w+)` \|", readme, re.MULTILINE) == list(cli.find())


def headings(text: str) -> set[str]:
    """Return a page's anchors, as the usual forges make them from headings."""
    found = re.findall(r"^#+ (.*)$", FENCE.sub("", text), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).strip().replace(" ", "-") for heading in found}


@pytest.mark.parametrize("page", PAGES, ids=named)
def test_links_between_pages_lead_somewhere(page: Path) -> None:
    text = FENCE.sub("", page.read_text(encoding="utf-8"))
    for target in re.findall(r"\]\(([^)\s]+)\)", text):
        if "://" in target:
            continue
        name, _, anchor = target.partition("#")
        there = (page.parent / name).resolve() if name else page
        assert there.exists(), f"{named(page)} → {target}"
        if anchor:
            assert anchor in headings(there.read_text(encoding="utf-8")), f"{named(page)} → {target}"


def generator() -> ModuleType:
    spec = importlib.util.spec_from_file_location("docs_generate", ROOT / "docs" / "generate.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("page", sorted(ROOT.glob("docs/reference/*.md")), ids=named)
def test_made_parts_of_the_reference_are_fresh(page: Path) -> None:
    text = page.read_text(encoding="utf-8")

    assert generator().fill(text) == text, "run `make docs`"


def test_every_made_part_has_a_place() -> None:
    text = "".join(page.read_text(encoding="utf-8") for page in ROOT.glob("docs/reference/*.md"))

    assert set(re.findall(r"<!-- made: (\w+) -->", text)) == set(generator().MADE)
