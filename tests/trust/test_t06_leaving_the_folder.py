"""T6: a file leaves its folder. Names are plain paths, folders are opened one by one without following links, and what others
wrote is neither overwritten nor removed. Whatever is planted and swapped, nothing is written outside.
"""

import contextlib
import json
import os
import random
import re
from collections.abc import Callable, Mapping
from functools import partial
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import voicekit
from kit.projects import FILES, PROFILE, write
from voicekit import _files
from voicekit._keep import Shelf
from voicekit.errors import ConfigError, HostError, SoundError

Figure = Callable[..., None]

HOSTILE = (
    "..", ".", "", "/", "//", "../x", "../../etc/passwd", "a/../../x", "a/..", "/etc/passwd", "//etc/passwd", "~", "~root/x", "$HOME/x",
    "C:\\x", "C:x", "\\\\host\\share", "a\\..\\..\\x", "con", "CON", "nul.wav", "aux", "com1", "lpt9.txt", "a\0b", "a\nb", "a\tb", "a b",
    " a", "a ", "a.", "a..", "...", ". .", "a/./b", "a//b", "a/", "/a", "-rf", "--help", ".hidden", ".voicekit", ".git/config", "a:b", "a*b",
    "a?b", "a|b", "a<b", 'a"b', "%2e%2e/x", "..%2fx", "\u2024\u2024/x", "\uff0e\uff0e/x", "．．/x", "e\u0301", "é", "ﬁ", "İ", "x" * 256,
    "x/" * 200 + "x", "x" * 5_000, "\ud800", "\u202egnp", "a\u200bb", "manifest.json", "../manifest.json", "build", ".voicekit-0123456789abcdef",
)  # fmt: skip


# Up to three folders above the root, where something stands under each of these names; `ABOVE` is the uppermost, as a whole path.
ABOVE = "<above>"
UPWARD = tuple(
    f"{way}{name}"
    for way in ("../", "../../", "../../../", "a/../../", "a/../../../", "./../../", f"{ABOVE}/")
    for name in ("theirs", "new", "new/deeper")
)
BETWEEN = "one/two/root"
THEIRS = {"theirs": "theirs", "one/theirs": "theirs", "one/two/theirs": "theirs"}


def outside(above: Path, root: Path) -> dict[str, bytes | None]:
    """Return whatever stands above and beside a root, however deep: a file's bytes, and None for a folder."""
    found: dict[str, bytes | None] = {}
    for folder, folders, files in os.walk(above):
        here = Path(folder)
        folders[:] = [name for name in folders if here / name != root]
        found |= {str((here / name).relative_to(above)): (here / name).read_bytes() for name in files}
        found |= {str((here / name).relative_to(above)): None for name in folders}
    return found


def is_utf8(name: str) -> bool:
    """Whether a name can be a file's at all; no id has any other."""
    return not any("\ud800" <= letter <= "\udfff" for letter in name)


WRITERS: Mapping[str, Callable[[Path, str], object]] = {
    "write": lambda root, name: _files.write(root, name, b"x"),
    "append": lambda root, name: _files.append(root, name, b"x\n"),
    "make a folder": _files.make_folder,
    "move": lambda root, name: _files.move(root, "there", name),
    "move away": lambda root, name: _files.move(root, name, "taken"),
    "remove": _files.remove,
    "write into a pack": lambda root, name: Shelf(root, "build", "p").write(name, b"x"),
}
PLAIN = {"move away": "there", "remove": "there"}  # these two need something to be there


def test_no_name_leads_out(tmp_path: Path, figure: Figure, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "fsync", lambda _: None)
    draw = random.Random(6)
    pieces = [*HOSTILE, "a", "b.wav", "/", "..", "\\"]
    drawn = ("".join(draw.choice(pieces) for _ in range(draw.randint(1, 4))) for _ in range(400))
    names = [*HOSTILE, *UPWARD, *drawn]
    left, tried = [], 0
    for number, name in enumerate(names):
        above = tmp_path / str(number)
        root = write(write(above, THEIRS) / BETWEEN, {"there": "theirs", "build/p/kept": "theirs"})
        before = outside(above, root)
        refused = (ConfigError, HostError, SoundError, *(() if is_utf8(name) else (ValueError, TypeError)))
        for writer in WRITERS.values():
            tried += 1
            with contextlib.suppress(*refused):
                writer(root, name.replace(ABOVE, str(above)))
        left += [name] if outside(above, root) != before else []
    assert len(list(tmp_path.iterdir())) == len(names)  # nor further up
    figure(f"files written outside, of {tried} attempts with {len(names)} names", len(left), goal=0)


@pytest.mark.parametrize("name", WRITERS)
def test_a_plain_name_is_written(name: str, tmp_path: Path) -> None:
    """So what wrote nothing outside was not idle: the same calls, with a name that keeps inside."""
    above = write(tmp_path, THEIRS)
    root = write(above / BETWEEN, {"there": "theirs", "build/p/kept": "theirs"})
    inside, around = contents(root), outside(above, root)
    WRITERS[name](root, PLAIN.get(name, "new/plain"))
    assert contents(root) != inside
    assert outside(above, root) == around


ORDINARY = re.compile(r"[A-Za-z0-9]+([/._-][A-Za-z0-9]+)*")


@given(
    st.text(max_size=40)
    | st.lists(st.sampled_from(HOSTILE), max_size=3).map("/".join)
    | st.text("aB7._-/", max_size=12)
)
def test_an_id_is_a_plain_path_or_an_error_with_its_line(
    tmp_path_factory: pytest.TempPathFactory, name: str
) -> None:
    above = tmp_path_factory.mktemp("above")
    row = json.dumps({"id": name, "text": "Hello."})
    root = write(above / "root", {**FILES, "prompts.yaml": f'{{"prompts": [\n{row}]}}'})
    try:
        (planned,) = voicekit.plan(voicekit.load(root)).requests
    except ConfigError as error:
        assert all(problem.place and problem.place.line for problem in error.problems)
        assert not ORDINARY.fullmatch(name) or len(name) > 100
        return
    assert planned.file == f"build/phone/en-US/{name}.wav"
    assert (root / planned.file).resolve().is_relative_to(root / "build" / "phone" / "en-US")
    assert name.isascii()
    assert not {"", ".", ".."} & set(name.split("/"))


def test_names_that_a_disk_may_take_for_the_same_are_refused(tmp_path: Path, figure: Figure) -> None:
    twins = [("a", "A"), ("a/b", "A/b"), ("x.y", "X.Y"), ("é", "e\u0301"), ("ﬁ", "fi"), ("a", "a."), ("a", "a "), ("ß", "SS"), ("K", "\u212a"), ("a", "a/b"), ("a.wav", "a.wav/b"), ("manifest", "manifest.json")]  # fmt: skip
    through = []
    for number, (one, other) in enumerate(twins):
        rows = [{"id": one, "text": "One."}, {"id": other, "text": "Two."}]
        root = write(tmp_path / str(number), {**FILES, "prompts.yaml": json.dumps({"prompts": rows})})
        with contextlib.suppress(ConfigError):
            files = [row.file.casefold() for row in voicekit.plan(voicekit.load(root)).requests]
            same = len(set(files)) < 2 or any(f"{file}/" in other for file in files for other in files)
            through += [(one, other)] if same else []
    figure(f"names that collide, of {len(twins)} pairs", len(through), goal=0)


@pytest.mark.parametrize(
    "pair", [("a", "b"), ("a", "a-a"), ("a/b", "b/a"), ("x.y", "x.z"), ("a.wav", "b.wav/a")]
)
def test_names_that_differ_are_both_planned(pair: tuple[str, str], tmp_path: Path) -> None:
    prompts = [{"id": name, "text": name} for name in pair]
    root = write(tmp_path, {**FILES, "prompts.yaml": json.dumps({"prompts": prompts})})
    assert len({row.file for row in voicekit.plan(voicekit.load(root)).requests}) == 2


# --- links ------------------------------------------------------------------------------------------------

PLACES = (
    "build", "build/phone", "build/phone/en-US", "build/phone/en-US/hello.wav", "build/phone/manifest.json", "build/results.json",
    ".voicekit", ".voicekit/store", ".voicekit/store/objects", ".voicekit/store/results", ".voicekit/store/index", ".voicekit/lock",
    ".voicekit/journal", ".voicekit/journal/phone.jsonl", ".voicekit/memo", ".voicekit/memo/memo.json", ".voicekit/ledger",
    "voicekit.lock",
)  # fmt: skip


@pytest.mark.parametrize("kind", ["folder", "file", "nothing"])
def test_no_planted_link_leads_a_build_out(kind: str, tmp_path: Path, figure: Figure) -> None:
    """A link at every place where a build writes, before it begins: to a folder, to a file, to nothing."""
    hurt, built = [], []
    for number, place in enumerate((*PLACES, "nowhere")):
        above = tmp_path / str(number)
        root = write(above / "root", FILES)
        goal = above / "outside"
        if kind == "folder":
            write(goal, {"theirs": "theirs"})
            (goal / "empty").mkdir()
        elif kind == "file":
            above.mkdir(exist_ok=True)
            goal.write_text("theirs")
        (root / place).parent.mkdir(parents=True, exist_ok=True)
        (root / place).symlink_to(goal)
        before = outside(above, root)
        with contextlib.suppress(ConfigError, HostError):
            built += [] if voicekit.build(voicekit.load(root)).failures else [place]
        hurt += [place] if outside(above, root) != before else []
    print(f"T6: built all the same with a link at {', '.join(built)}")
    assert "nowhere" in built  # a link where no build writes
    assert "build/results.json" in built  # one that a build replaces by a file
    figure(f"files written over a planted link to a {kind}, of {len(PLACES)} places", len(hurt), goal=0)


def contents(path: Path) -> Any:
    """Return what a path holds: a file's bytes, a folder's files, or nothing."""
    if path.is_dir():
        below = ((str(one.relative_to(path)), one) for one in path.rglob("*"))
        return {name: one.read_bytes() if one.is_file() else None for name, one in below}
    return path.read_bytes() if path.is_file() else None


CALLS = ("open", "mkdir", "rename", "write", "fsync", "unlink", "close", "ftruncate", "stat", "rmdir")


class Swapper:
    """Puts a link where a folder was before one call of the operating system, and the folder back before another."""

    def __init__(self, folder: Path, goal: Path, first: int, last: int, patched: pytest.MonkeyPatch) -> None:
        self.calls, self.swapped, self._first, self._last = 0, False, first, last
        self._folder, self._goal, self._aside = folder, goal, folder.with_name("aside")
        self._real = {name: getattr(os, name) for name in CALLS}
        for name in CALLS:
            patched.setattr(os, name, partial(self._call, name))

    def _call(self, name: str, *args: Any, **options: Any) -> Any:
        if self.calls == self._first:
            self._real["rename"](self._folder, self._aside)
            self._folder.symlink_to(self._goal)
            self.swapped = True
        if self.calls == self._last:
            with contextlib.suppress(OSError):
                self._real["unlink"](self._folder)
                self._real["rename"](self._aside, self._folder)
        self.calls += 1
        return self._real[name](*args, **options)


WAYS = (("a", "a/b"), (1, 2, 1_000))  # the folder that becomes a link, and for how many calls
DOINGS: Mapping[str, Callable[[Path], object]] = {
    "write": lambda root: _files.write(root, "a/b/new", b"ours"),
    "overwrite": lambda root: _files.write(root, "a/b/kept", b"ours"),
    "append": lambda root: _files.append(root, "a/b/kept", b"ours\n", at=2),
    "sync": lambda root: _files.sync(root, "a/b/kept"),
    "move": lambda root: _files.move(root, "there", "a/b/kept"),
    "move away": lambda root: _files.move(root, "a/b/kept", "elsewhere"),
    "remove": lambda root: _files.remove(root, "a/b/kept"),
    "make a folder": lambda root: _files.make_folder(root, "a/b/folder"),
    "sweep": _files.sweep,
}


def test_no_link_that_is_swapped_in_meanwhile_leads_out(tmp_path: Path, figure: Figure) -> None:
    """Before every call of the operating system a link takes the place of a folder; it stays for one call, for two, for good."""
    stray = f"{_files.TEMPORARY}{0:016x}"
    theirs = {"kept": b"theirs", stray: b"theirs", "there/kept": b"theirs"}
    hurt, tried, done = [], 0, set()
    for name, do in DOINGS.items():
        for place, stays in product(*WAYS):
            for first in range(40):
                tried += 1
                above = tmp_path / str(tried)
                goal = write(above / "goal", dict(theirs))
                (goal / "b").mkdir()
                root = write(above / "root", {"a/b/kept": "ours", "there": "ours", f"a/b/{stray}": "ours"})
                before = outside(above, root)
                with pytest.MonkeyPatch.context() as patched:
                    swapper = Swapper(root / place, goal, first, first + stays, patched)
                    with contextlib.suppress(HostError, ConfigError):
                        do(root)
                        done.add((name, place, stays, swapper.swapped))
                hurt += [(name, place, first)] if outside(above, root) != before else []
                if not swapper.swapped:
                    break
    whole = {(name, place, stays, False) for name, place, stays in product(DOINGS, *WAYS)}
    assert done >= whole  # what no link disturbs is done, and so each of its calls had its turn
    figure(
        f"files hurt outside by links that are swapped in meanwhile, of {tried} moments", len(hurt), goal=0
    )


def test_what_others_wrote_is_neither_overwritten_nor_removed(tmp_path: Path, figure: Figure) -> None:
    theirs = (
        "build/phone/en-US/hello.wav",
        "build/phone/en-US/other.wav",
        ".voicekit-notes.md",
        "build/.voicekit-list",
    )
    root = write(
        tmp_path, {**FILES, **dict.fromkeys(theirs, "theirs"), ".voicekit/underway": ""}
    )  # as a kill leaves it
    result = voicekit.build(voicekit.load(root))
    assert [type(error) for _, error in result.failures] == [SoundError]
    write(root, {"prompts.yaml": "prompts: [{id: new, text: New.}]\n", "profiles/en.yaml": PROFILE})
    assert voicekit.build(voicekit.load(root)).written
    gone = [name for name in theirs if not (root / name).is_file() or (root / name).read_bytes() != b"theirs"]
    figure(f"files of others that are gone, of {len(theirs)}", len(gone), goal=0)
