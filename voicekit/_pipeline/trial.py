"""Try: run the cases of a project's tests. What a case says is held against every take of it."""

import time
from collections.abc import Callable, Iterator
from functools import partial

from attrs import frozen

from voicekit import _embedded, _plan
from voicekit._load.cases import Case, Files, find, load
from voicekit._load.endpoints import EMBEDDED
from voicekit._load.takes import Take
from voicekit._pipeline.comparing import differences, out_of_time, refusals
from voicekit._pipeline.hearing import Hearing
from voicekit._pipeline.origins import Origins
from voicekit._pipeline.reading import Rendered, adapted, overridden, text_of
from voicekit._pipeline.workplace import open_store
from voicekit._render.render import LeftOut, Renderer
from voicekit.errors import HostError, MarkupError, Problem, RenderError, VoicekitError
from voicekit.model import Profile, Project, Shape, Speech

_LEFT_OUT = "name a locale or a profile in which it is said"

__all__ = ["Case", "Files", "Outcome", "Trials", "find", "load"]


@frozen
class Outcome:
    """What became of a case. `message` says what is wrong, in one or more lines; it is empty where the case holds."""

    case: Case
    message: str
    seconds: float

    @property
    def passed(self) -> bool:
        """Whether the case holds."""
        return not self.message


class Trials:
    """Runs cases of one project."""

    def __init__(self, project: Project, *, clock: Callable[[], float] = time.perf_counter) -> None:
        """Take a loaded project.

        Args:
            project: What is tested.
            clock: Seconds, by which each case is timed.
        """
        self.project, self._clock = project, clock
        self._renderer = Renderer(project)
        self._hearing = Hearing(open_store(project))
        self._origins = Origins(project)

    def close(self) -> None:
        """End the embedded voice, if it had to speak."""
        self._hearing.close()

    def run(self, case: Case) -> Outcome:
        """Run one case.

        Raises:
            HostError: The disk refuses, or the engine cannot be started.
        """
        began = self._clock()
        found: dict[str, list[Take]] = {}
        left_out: list[Problem] = []
        for take in case.takes:
            try:
                for message in self._look(case, take):
                    found.setdefault(message, []).append(take)
            except LeftOut as left:
                left_out.append(Problem(f"{left.reason}", left.place, remedy=_LEFT_OUT))
        if len(left_out) == len(case.takes):
            found.update((message, [*case.takes]) for message in refusals(case.expected, left_out))
        told = (
            message if takes == [*case.takes] else _named(message, takes) for message, takes in found.items()
        )
        return Outcome(case, "\n".join(told), self._clock() - began)

    def _look(self, case: Case, take: Take) -> Iterator[str]:
        """Yield what is wrong with one take."""
        profile, expected = overridden(take.profile, take.prompt), case.expected
        try:
            speech = self._renderer.render(take.pack, take.prompt, profile)
            lasts = self._lasts(take, profile, speech) if expected.spoken else 0.0
        except HostError:
            raise
        except (RenderError, MarkupError) as error:
            yield from refusals(expected, error.problems)
            return
        except VoicekitError as error:
            yield f"cannot be spoken: {error}"
            return
        yield from differences(expected, speech.content, take.language)
        yield from out_of_time(expected, lasts)

    def _lasts(self, take: Take, profile: Profile, speech: Speech) -> float:
        said = adapted(self.project, take.pack, profile, speech)
        row = Rendered(take.pack, take.prompt, profile, speech, said, text_of(speech))
        return self._hearing.seconds(_plan.plan(self._wanted(row), _plan.NOTHING))

    def _wanted(self, row: Rendered) -> Iterator[_plan.Wanted]:
        for number, ask in enumerate(row.asks):
            yield _plan.Wanted(
                pack=row.pack,
                prompt=row.prompt,
                profile=row.profile,
                endpoint=EMBEDDED,
                source=_embedded.source(),
                ask=ask,
                shape=Shape(),
                text=row.text,
                place=row.speech.place,
                piece=number,
                pieces=len(row.asks),
                origin=partial(self._origins.of, row),
            )


def _named(message: str, takes: list[Take]) -> str:
    """Say for which of its case's takes a message is."""
    names = (f"{take.pack.name}/{take.profile.name}".lstrip("/") for take in takes)
    return f"in {', '.join(names)}: {message}"
