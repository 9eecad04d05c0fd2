"""What a build did, and what it ends with."""

from collections.abc import Iterable, Iterator

from attrs import field, mutable

from voicekit.errors import BudgetError, BuildFailed, ConfigError, HostError, Problem, Problems, VoicekitError
from voicekit.model import Artefact, Outcome, Plan, RequestPlan

_NAMED = 3  # prompts that a failure names; build/results.json has all of them


@mutable
class Result:
    """What a build did.

    Attributes:
        written: Files made or made anew.
        requests: Requests sent.
        fetched: Sounds that came from the shared store.
        cached: Files that were there already.
        pruned: Files removed because no prompt asks for them.
        left: Files that no prompt asks for and that are no longer what we wrote, so they stay.
        characters: Characters billed.
        cost: USD, at the plan's prices, for each request that the vendor took or may have taken.
        failures: What went wrong, by prompt and profile.
        fallbacks: Files that another endpoint made, now or in an earlier build, where the one that was asked failed.
        renewed: Written files whose sounds were to be in the store, were damaged there, and were asked for anew.
        warnings: What stood in the way and failed nothing.
        undone: Files that the run stopped before.
        interrupted: Whether someone stopped the run.
        cut: Whether someone did so twice, and requests that were under way were cut off.
    """

    written: list[Artefact] = field(factory=list)
    requests: int = 0
    fetched: int = 0
    cached: int = 0
    pruned: int = 0
    left: list[str] = field(factory=list)
    characters: int = 0
    cost: float = 0.0
    failures: list[tuple[RequestPlan, VoicekitError]] = field(factory=list)
    warnings: tuple[Problem, ...] = ()
    fallbacks: list[Artefact] = field(factory=list)
    renewed: int = 0
    undone: int = 0
    interrupted: bool = False
    cut: bool = False

    def take_in(self, second: "Result", standing: Iterable[Artefact] = ()) -> None:
        """Take in what a second try, by another plan, made of what had failed.

        Args:
            second: What it did.
            standing: Files that an earlier build made by that plan, and that are there as they were written.
        """
        standing = tuple(standing)
        there = (*second.written, *standing)
        made = {(row.pack, row.id, row.profile) for row in there}
        self.failures = [
            (row, error)
            for row, error in (*self.failures, *second.failures)
            if (row.pack, row.prompt, row.profile) not in made
        ]
        self.fallbacks += (row for row in there if row.fallback)
        self.written += second.written
        self.cached += len(standing)
        self.requests += second.requests
        self.fetched += second.fetched
        self.characters += second.characters
        self.cost += second.cost
        self.warnings = second.warnings
        self.interrupted = self.interrupted or second.interrupted
        self.cut = self.cut or second.cut

    def settle(self) -> None:
        """Raise what the run ends with, if anything failed.

        Raises:
            ConfigError: Something of the project, or of what was noted beside it, turned out to be wrong on the way.
            BudgetError: A budget stood in the way.
            HostError: The disk did.
            BuildFailed: Some prompts failed.
        """
        if not self.failures:
            return
        alike: dict[Problem, list[RequestPlan]] = {}
        for row, error in sorted(self.failures, key=lambda failure: failure[0].file):
            for problem in error.problems:
                alike.setdefault(problem, []).append(row)
        problems = Problems()
        for problem, rows in alike.items():
            place = problem.place or rows[0].place
            problems.add(problem.message, place=place, where=_named(rows), remedy=problem.remedy)
        problems.settle(self._kind())

    def _kind(self) -> type[VoicekitError]:
        errors = [error for _, error in self.failures]
        for kind in (ConfigError, BudgetError):
            if any(isinstance(error, kind) for error in errors):
                return kind
        return HostError if all(isinstance(error, HostError) for error in errors) else BuildFailed

    def outcomes(self, plan: Plan) -> tuple[Outcome, ...]:
        """Return what became of each prompt of a plan."""
        written = {(row.pack, row.id, row.profile) for row in self.written}
        standing = {(row.pack, row.id, row.profile) for row in self.fallbacks}
        failed = {(row.pack, row.prompt, row.profile): error for row, error in self.failures}
        return tuple(_outcomes(plan.requests, written, standing, failed))


def _named(rows: Iterable[RequestPlan]) -> str:
    """Name the first prompts that something happened to: a vendor that is down fails hundreds in the same words."""
    names = [*dict.fromkeys(f"{row.prompt} ({row.profile})" for row in rows)]
    more = f" and {len(names) - _NAMED:,} more" if len(names) > _NAMED else ""
    return ", ".join(names[:_NAMED]) + more


def _outcomes(
    rows: Iterable[RequestPlan],
    written: set[tuple[str, str, str]],
    standing: set[tuple[str, str, str]],
    failed: dict[tuple[str, str, str], VoicekitError],
) -> Iterator[Outcome]:
    for row in rows:
        if row.piece:
            continue
        name = (row.pack, row.prompt, row.profile)
        told = row.pack, row.prompt, row.profile, row.locale, row.file
        if name in failed:
            yield Outcome(*told, "error", failed[name].problems[0].message)
        elif name in written:
            yield Outcome(*told, "written")
        else:
            yield Outcome(*told, "cached" if row.action == "cached" or name in standing else "skipped")
