import pickle
import subprocess
import sys
from collections.abc import Iterator

import pytest

from voicekit import errors
from voicekit.errors import ConfigError, Place, Problem, Problems, VoicekitError
from voicekit.providers import Refusal


def tree(kind: type[VoicekitError] = VoicekitError) -> Iterator[type[VoicekitError]]:
    yield kind
    for child in kind.__subclasses__():
        yield from tree(child)


KINDS = [kind for kind in tree() if kind.__module__ == "voicekit.errors"]
PROBLEM = Problem("is wrong", Place("a/b.yaml", 3, 7), "packs.phone", "make it right")


@pytest.mark.parametrize("kind", [*KINDS, Refusal])
def test_an_error_pickles_and_prints_place_what_and_remedy(kind: type[VoicekitError]) -> None:
    error = kind((PROBLEM,))
    again = pickle.loads(pickle.dumps(error))

    assert type(again) is kind
    assert again.problems == error.problems
    assert str(again) == "a/b.yaml:3:7: packs.phone: is wrong\n    → make it right"


@pytest.mark.parametrize("kind", KINDS)
def test_the_tree_that_is_drawn_is_the_tree(kind: type[VoicekitError]) -> None:
    line = next(line for line in (errors.__doc__ or "").splitlines() if f" {kind.__name__} " in line)

    assert kind is VoicekitError or line.split(kind.__name__)[1].split()[0] == str(kind.exit_code)


def test_codes_are_unique() -> None:
    assert len({kind.code for kind in KINDS}) == len(KINDS)


def test_problems_are_settled_once_each_in_the_order_of_files_and_lines() -> None:
    problems = Problems()
    for path, line in (("b", 1), ("a", 10), ("a", 9), ("a", 9), ("a", None)):
        problems.add("m", place=Place(path, line))

    with pytest.raises(ConfigError) as caught:
        problems.settle()

    assert [str(problem.place) for problem in caught.value.problems] == ["a", "a:9", "a:10", "b:1"]


def test_nothing_wrong_raises_nothing() -> None:
    Problems().settle()


def test_an_error_takes_a_place_only_where_it_has_none() -> None:
    error = ConfigError((Problem("a"), PROBLEM)).at(Place("x", 1))

    assert [problem.place for problem in error.problems] == [Place("x", 1), PROBLEM.place]


def test_a_note_and_a_cause_survive_being_raised() -> None:
    """An exception of ours must let Python set its traceback and its context."""
    try:
        try:
            raise KeyError("x")
        except KeyError as error:
            raise ConfigError.of("y") from error
    except ConfigError as error:
        assert isinstance(error.__cause__, KeyError)
        assert error.__traceback__ is not None


def test_the_module_imports_nothing_heavy() -> None:
    heavy = ("httpx", "jinja2", "numpy", "av", "babel", "cattrs", "orjson", "yaml", "click", "starlette")
    code = f"import sys, voicekit; print([name for name in {heavy} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert done.stdout.strip() == "[]"
