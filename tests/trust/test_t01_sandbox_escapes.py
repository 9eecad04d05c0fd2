"""T1: a template escapes its sandbox. Templates see text, numbers, true, false, null, lists and mappings, and nothing else.

Every known way out is refused before it has any effect; an audit hook watches what Python itself is asked to do meanwhile. And
whatever kind of object a program offers as a value stays outside.
"""

import array
import contextlib
import datetime as dt
import decimal
import enum
import fractions
import io
import itertools
import re
import sys
import threading
import types
import uuid
import weakref
from collections import ChainMap, OrderedDict, UserDict, UserList, UserString, defaultdict, deque, namedtuple
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import Any

import attrs
import numpy as np
import pytest
from attrs import evolve
from jinja2 import Environment, Template, Undefined
from markupsafe import Markup

import voicekit
from kit.escapes import ESCAPES, ORDINARY, VALUES
from kit.projects import project, say, script
from voicekit import _yaml, ssml
from voicekit.errors import RenderError
from voicekit.model import Project

Figure = Callable[..., None]
CANARY = "canary-7f3a"
HARMLESS = (
    "import",
    "compile",
    "exec",
    "marshal.",
    "object.__",
    "code.__new__",
    "cpython.",
    "os.listdir",
    "os.scandir",
    "gc.",
    "sys._getframe",
)


class Watch:
    """Notes what Python is asked to do of this thread while it listens, beside importing and compiling."""

    def __init__(self) -> None:
        self.thread: int | None = None
        self.seen: list[str] = []
        sys.addaudithook(self._hear)

    def _hear(self, event: str, arguments: tuple[Any, ...]) -> None:
        if self.thread != threading.get_ident() or event.startswith(HARMLESS):
            return
        if event == "open":
            path, mode, flags = str(arguments[0]), arguments[1] or "r", arguments[2]
            if not (set(mode) & set("wax+") or flags & 3) and path.endswith(
                (".j2", ".py", ".pyc", ".dat", ".json")
            ):
                return
        self.seen.append(f"{event} {arguments!r:.200}")

    @contextlib.contextmanager
    def listening(self) -> Iterator[None]:
        self.thread = threading.get_ident()
        try:
            yield
        finally:
            self.thread = None


WATCH = Watch()


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    held = f"name: a\nvalues: {VALUES}\npacks: {{phone: {{prompts: prompts.yaml, profiles: [en]}}}}\n"
    more = {"voicekit.yaml": held, "templates/h.ssml.j2": "{% macro x() %}{% endmacro %}"}
    found: Path = script(tmp_path_factory.mktemp("escapes"), "---\n---\nfine", **more)
    say(voicekit.load(found))
    return found


KINDS = ("ssml", "txt")


def written(root: Path, kind: str, template: str) -> Project:
    """Write the one script as SSML or as text, and load the project."""
    for other in KINDS:
        (root / "templates" / f"hello.{other}.j2").unlink(missing_ok=True)
    (root / "templates" / f"hello.{kind}.j2").write_text(f"---\n---\n{template}")
    loaded: Project = voicekit.load(root)
    return loaded


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("template", ORDINARY)
def test_an_ordinary_template_runs(kind: str, template: str, root: Path) -> None:
    """So an escape that is refused is not refused for what is around it."""
    content = say(written(root, kind, template)).content
    assert (content if isinstance(content, str) else ssml.plain_text(content)) == ORDINARY[template]


def test_no_known_escape_runs(root: Path, figure: Figure) -> None:
    WATCH.seen.clear()
    ran, elsewhere = [], []
    for kind, escape in itertools.product(KINDS, ESCAPES):
        loaded = written(root, kind, escape)
        try:
            with WATCH.listening():
                speech = say(loaded)
        except RenderError as error:
            if "0x" in str(error) or "<function" in str(error):
                ran.append(escape)
            places = {(place.path, place.line) for problem in error.problems if (place := problem.place)}
            if places != {(str(root / "templates" / f"hello.{kind}.j2"), 3)}:
                elsewhere.append(f"{escape}: {error}")
        else:
            ran.append(f"{escape} wrote {speech.content!r:.80}")
    print(*elsewhere, sep="\n")
    figure(f"escapes that run, of {2 * len(ESCAPES)}", len(ran), goal=0)
    figure("of them refused anywhere but at their line", len(elsewhere), goal=0)
    figure("what they made Python do besides", len(WATCH.seen), goal=0)


def test_the_watch_hears(tmp_path: Path) -> None:
    WATCH.seen.clear()
    with WATCH.listening():
        (tmp_path / "x").write_text("heard")
        (tmp_path / "x").read_text()
    assert len(WATCH.seen) == 2


# --- objects ----------------------------------------------------------------------------------------------


class Text(str):
    __slots__ = ()

    def __html__(self) -> str:
        return f"<audio src='{CANARY}'/>"


class Whole(int):
    pass


class Real(float):
    pass


class Word(enum.StrEnum):
    ONE = CANARY


class Digit(enum.IntEnum):
    ONE = 1


class Shade(enum.Enum):
    RED = CANARY


@attrs.frozen
class Secretive:
    """What the baseline printed: an object whose field does not show itself."""

    key: str = attrs.field(default=CANARY, repr=False)

    def read(self) -> str:
        return self.key


Pair = namedtuple("Pair", "left right")  # noqa: PYI024 - the older kind is meant


class Caller:
    def __call__(self) -> str:
        return CANARY


class Anything:
    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return lambda *_: CANARY

    def __str__(self) -> str:
        return CANARY


def generator() -> Iterator[str]:
    yield CANARY


def itself() -> list[Any]:
    found: list[Any] = []
    found.append(found)
    return found


REFUSED: Mapping[str, Callable[[], Any]] = {
    "a path": lambda: Path(__file__),
    "an object": object,
    "a class": lambda: Secretive,
    "an attrs value": Secretive,
    "a namespace": lambda: types.SimpleNamespace(key=CANARY),
    "an object that answers to every name": Anything,
    "a function": lambda: generator,
    "a lambda": lambda: lambda: CANARY,
    "a method": lambda: "text".upper,
    "a builtin": lambda: open,
    "a partial": lambda: partial(open, __file__),
    "what can be called": Caller,
    "a module": lambda: sys,
    "a generator": generator,
    "an iterator": lambda: iter([CANARY]),
    "a counter": itertools.count,
    "a range": lambda: range(3),
    "a map": lambda: map(str, [1]),
    "bytes": CANARY.encode,
    "a bytearray": lambda: bytearray(CANARY.encode()),
    "a memoryview": lambda: memoryview(CANARY.encode()),
    "an array": lambda: array.array("b", [1]),
    "an array of numbers": lambda: np.array([1.0]),
    "a number of another library": lambda: np.float64(1.0),
    "a whole number of another library": lambda: np.int64(1),
    "a complex number": lambda: 1j,
    "a decimal": lambda: decimal.Decimal(1),
    "a fraction": lambda: fractions.Fraction(1, 2),
    "a date": lambda: dt.date(2026, 11, 23),
    "a moment": lambda: dt.datetime(2026, 11, 23, tzinfo=dt.UTC),
    "a span": lambda: dt.timedelta(1),
    "a set": lambda: {1},
    "a frozen set": lambda: frozenset([1]),
    "a tuple": lambda: (1, 2),
    "a named tuple": lambda: Pair(1, CANARY),
    "a queue": deque,
    "an enum": lambda: Shade.RED,
    "a word of an enum": lambda: Word.ONE,
    "a number of an enum": lambda: Digit.ONE,
    "a text that writes its own markup": lambda: Text(CANARY),
    "markup": lambda: Markup(f"<audio src='{CANARY}'/>"),
    "a user's text": lambda: UserString(CANARY),
    "a user's list": lambda: UserList([CANARY]),
    "a user's mapping": lambda: UserDict(k=CANARY),
    "a chain of mappings": lambda: ChainMap({"k": CANARY}),
    "a view of a mapping": lambda: types.MappingProxyType({"k": CANARY}),
    "keys of a mapping": {"k": CANARY}.keys,
    "a mapping with numbers for keys": lambda: {1: CANARY},
    "a mapping with keys of another class": lambda: {Text("k"): CANARY},
    "a whole number of another class": lambda: Whole(1),
    "a number of another class": lambda: Real(1),
    "a number too long to be meant": lambda: 1 << 5_000,
    "a list of itself": itself,
    "an object deep inside": lambda: [{"a": [{"b": Secretive()}]}],
    "an error": lambda: ValueError(CANARY),
    "a pattern": lambda: re.compile(CANARY),
    "a match": lambda: re.match("c", CANARY),
    "an open file": lambda: io.StringIO(CANARY),
    "a lock": threading.Lock,
    "a thread": threading.current_thread,
    "a frame": sys._getframe,
    "code": lambda: generator.__code__,
    "a property": lambda: property(lambda _: CANARY),
    "a weak reference": lambda: weakref.ref(Secretive),
    "an identifier": uuid.uuid4,
    "an ellipsis": lambda: ...,
    "not implemented": lambda: NotImplemented,
    "Jinja's environment": Environment,
    "Jinja's template": lambda: Template("x"),
    "Jinja's undefined": Undefined,
    "a project": lambda: Project("", "", (), {}, (), {}),
    "a tree": lambda: ssml.parse("<speak/>"),
}
# Mappings and lists of another class are copied, so that nothing of the class gets in.
COPIED: Mapping[str, Callable[[], Any]] = {
    "a mapping that was read": lambda: _yaml.load("k: 1", "x"),
    "an ordered mapping": lambda: OrderedDict(k=1),
    "a mapping with defaults": lambda: defaultdict(Secretive, k=1),
    "a list that was read": lambda: _yaml.load("[1]", "x"),
}
SEES = (
    "{{ v }}",
    "{{ v | string }}",
    "{{ v ~ '' }}",
    "{{ v.key }}",
    "{{ v.read() }}",
    "{{ v | list }}",
    "{% for a in v %}{{ a }}{% endfor %}",
    "{{ 'a' }}",
)


WHERE = ("prompt", "pack", "locale", "project")


def offered(root: Path, value: Any, template: str, where: str) -> str:
    """Render a template with an object among the values of a prompt, a pack, a locale or the project."""
    loaded = voicekit.load(root)
    pack = loaded.packs[0]
    values, prompt = {"v": value}, evolve(pack.prompts[0], text=template, script=None)
    if where == "prompt":
        prompt = evolve(prompt, values=values)
    if where == "pack":
        pack = evolve(pack, values=values)
    if where == "locale":
        pack = evolve(pack, locales={"en": values})
    pack = evolve(pack, prompts=(prompt,))
    loaded = evolve(loaded, packs=(pack,), values=values if where == "project" else {})
    return str(say(loaded).content)


@pytest.mark.parametrize("where", WHERE)
def test_a_text_gets_in(where: str, tmp_path: Path) -> None:
    assert offered(project(tmp_path), "text", "{{ v }}", where) == "text"


def test_no_kind_of_object_gets_in(tmp_path: Path, figure: Figure) -> None:
    root = project(tmp_path)
    tried, inside = 0, []
    for name, make in REFUSED.items():
        for number, template in enumerate(SEES):
            where = WHERE[(number + len(name)) % len(WHERE)]
            tried += 1
            try:
                inside.append((name, offered(root, make(), template, where)))
            except RenderError as error:
                assert "values.v" in str(error)
                assert error.problems[0].remedy
                assert error.problems[0].place
                if CANARY in str(error):
                    inside.append((name, str(error)))
    figure(
        f"objects that get into a template, of {tried} offers of {len(REFUSED)} kinds", len(inside), goal=0
    )


@pytest.mark.parametrize("name", COPIED)
def test_mappings_and_lists_of_other_classes_go_in_as_plain_ones(name: str, tmp_path: Path) -> None:
    template = (
        "{{ v is mapping }} {{ (v | items | list)[0] }}"
        if "mapping" in name
        else "{{ v is mapping }} {{ v }}"
    )
    root = project(tmp_path)
    seen: list[Any] = []

    from voicekit._render import door

    value = door.plain({"v": COPIED[name]()}, voicekit.load(root).packs[0].place)["v"]
    seen.append(value)
    assert type(value) in {dict, list}
    assert value in ({"k": 1}, [1])
    with pytest.raises(RenderError, match="cannot be said"):
        offered(root, COPIED[name](), template, "prompt")


def test_values_of_the_command_line_pass_the_same_door(tmp_path: Path) -> None:
    root = project(tmp_path, {"prompts.yaml": 'prompts:\n  - {id: a, text: "{{ v }}"}\n'})
    with pytest.raises(RenderError, match="PosixPath"):
        say(voicekit.load(root, sets={"values.v": Path("x")}))
