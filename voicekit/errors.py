"""The one error tree. Each error says where, what, why and what to do; none carries a secret.

    VoicekitError                    exit
    ├── ConfigError                    4   the project's own files, or the command's settings, are wrong
    │   └── RenderError                4   a template could not be rendered with its values
    ├── FindingsError                  3   checks, tests or verification found errors
    ├── MarkupError                    3   text that is not the SSML it claims to be
    ├── SendError                      5   one request failed
    │   ├── Refused                    5   the vendor answered with an error
    │   │   ├── Denied                 5   it takes no request with this credential
    │   │   └── TaskOver               5   the vendor's task will never become a sound
    │   ├── Unreachable                5   no whole answer arrived
    │   ├── WrongAnswer                5   the answer is not what was asked for
    │   └── ForbiddenAddress           5   a reply pointed where we do not fetch from
    ├── SoundError                     5   audio that cannot be read, made or kept
    │   └── SoundLost                  5   a bought sound that the store can no longer give
    ├── BuildFailed                    5   some prompts failed; the rest are kept
    ├── BudgetError                    6   the run would cost more than it may
    └── HostError                      7   disk, lock, port or a missing system library

Anything else that escapes is our bug, and exits with 1.
"""

from collections.abc import Iterable
from typing import ClassVar, Self

from attrs import evolve, field, frozen


@frozen
class Place:
    """A position in a file: a path as the user would type it, and a 1-based line and column."""

    path: str
    line: int | None = None
    column: int | None = None

    def __str__(self) -> str:
        return ":".join(str(part) for part in (self.path, self.line, self.column) if part is not None)


def printable(text: str) -> str:
    """Return a text in which whatever could steer a terminal is written as an escape."""
    return text if text.isprintable() else "".join(c if c.isprintable() else repr(c)[1:-1] for c in text)


@frozen
class Problem:
    """One thing that is wrong: where, what, and what to do about it.

    Attributes:
        message: What is wrong, in one line. Never holds an input's value that may be a secret.
        place: The file and line, when there is one.
        where: A path inside the file, such as ``profiles.telephony.pitch``.
        remedy: What the user can do.
    """

    message: str = field(converter=printable)
    place: Place | None = None
    where: str = field(default="", converter=printable)
    remedy: str = field(default="", converter=printable)

    def __str__(self) -> str:
        head = ": ".join(str(part) for part in (self.place, self.where, self.message) if part)
        return f"{head}\n    → {self.remedy}" if self.remedy else head


@frozen(eq=False, str=False)
class VoicekitError(Exception):
    """The root of the tree: one or more problems, printed whole, and the exit code of the command."""

    exit_code: ClassVar[int] = 1
    code: ClassVar[str] = "error"

    problems: tuple[Problem, ...]

    @classmethod
    def of(cls, message: str, *, place: Place | None = None, where: str = "", remedy: str = "") -> Self:
        """Make an error of this class out of a single problem."""
        return cls((Problem(message, place, where, remedy),))

    def at(self, place: Place) -> Self:
        """Return the same error with `place` filled in where a problem has none."""
        return type(self)(tuple(p if p.place else evolve(p, place=place) for p in self.problems))

    def __str__(self) -> str:
        return "\n".join(str(problem) for problem in self.problems)

    def __reduce__(self) -> tuple[type["VoicekitError"], tuple[tuple[Problem, ...]]]:
        return type(self), (self.problems,)


class ConfigError(VoicekitError):
    """The project's files, or the settings of the command, are wrong."""

    exit_code = 4
    code = "config"


class RenderError(ConfigError):
    """A template could not be rendered with the values it was given."""

    code = "render"


class FindingsError(VoicekitError):
    """Checks, tests or verification found errors."""

    exit_code = 3
    code = "findings"


class MarkupError(VoicekitError):
    """Text that is not the SSML it claims to be."""

    exit_code = 3
    code = "markup"


class SendError(VoicekitError):
    """One request failed."""

    exit_code = 5
    code = "send"


class Refused(SendError):
    """The vendor answered with an error."""

    code = "refused"


class Denied(Refused):
    """The credential is wrong, or its account has no money: whatever else is asked with it would be refused as well."""

    code = "denied"


class TaskOver(Refused):
    """A task of the vendor's will never become a sound: it failed, or the vendor knows it no longer.

    Whoever kept the task's name forgets it; one that was taken up again is asked for anew.
    """

    code = "task-over"


class Unreachable(SendError):
    """No whole answer arrived in time."""

    code = "unreachable"


class WrongAnswer(SendError):
    """The answer is not what was asked for; nothing of it is kept."""

    code = "wrong-answer"


class ForbiddenAddress(SendError):
    """A reply pointed to an address that voicekit does not fetch from."""

    code = "forbidden-address"


class SoundError(VoicekitError):
    """Audio that cannot be read, made or kept."""

    exit_code = 5
    code = "sound"


class SoundLost(SoundError):
    """A sound that was bought and that the store can no longer give: it is damaged, or gone."""

    code = "sound-lost"


class BuildFailed(VoicekitError):
    """Some prompts failed; everything else is built and kept."""

    exit_code = 5
    code = "build-failed"


class BudgetError(VoicekitError):
    """The run would cost more than it may."""

    exit_code = 6
    code = "budget"


class HostError(VoicekitError):
    """The disk, a lock, a port or a missing system library stands in the way."""

    exit_code = 7
    code = "host"


class Problems:
    """A growing list of problems, so that one run reports all of them."""

    def __init__(self) -> None:
        self._found: list[Problem] = []

    def add(self, message: str, *, place: Place | None = None, where: str = "", remedy: str = "") -> None:
        """Note one problem and go on."""
        self._found.append(Problem(message, place, where, remedy))

    def extend(self, problems: Iterable[Problem]) -> None:
        """Note the problems of a caught error and go on."""
        self._found.extend(problems)

    def __len__(self) -> int:
        return len(self._found)

    def settle(self, error: type[VoicekitError] = ConfigError) -> None:
        """Raise `error` with everything found, in the order of files and lines, if anything was found."""
        if self._found:
            raise error(tuple(sorted(dict.fromkeys(self._found), key=_position)))


def _position(problem: Problem) -> tuple[str, int]:
    return (problem.place.path, problem.place.line or 0) if problem.place else ("", 0)
