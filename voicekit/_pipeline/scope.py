"""Which prompts a verb is about: `--select` and `--exclude`, over what the last build made of each."""

from collections.abc import Mapping
from functools import cached_property
from pathlib import Path

from attrs import define

from voicekit import _keep, _select
from voicekit.model import Pack, Profile, Project, Prompt


@define(slots=False)
class Scope:
    """A selection over one project."""

    project: Project
    selection: _select.Selection = _select.ALL

    @property
    def whole(self) -> bool:
        """Whether nothing is left out."""
        return not self.selection

    def takes(self, pack: Pack, prompt: Prompt, profile: Profile, state: str = "") -> bool:
        """Whether a prompt in a profile is selected; terms about a state that is not known yet hold."""
        if self.whole:
            return True
        return self.selection.takes(
            _select.Subject(
                id=prompt.id,
                tags=prompt.tags,
                profile=profile.name,
                locale=profile.settings.language or "",
                pack=pack.name,
                script=prompt.script or "",
                state=state,
                result=self._results.get((pack.name, prompt.id, profile.name), ""),
            )
        )

    @cached_property
    def _results(self) -> Mapping[tuple[str, str, str], str]:
        if not self.selection.asks("result"):
            return {}
        return {
            (row.pack, row.prompt, row.profile): row.status
            for row in _keep.read_results(Path(self.project.root))
        }


def scope(project: Project, select: str | None = None, exclude: str | None = None) -> Scope:
    """Read what the command line selects.

    Raises:
        ConfigError: An expression that is none, or a selector that the project does not name.
    """
    return Scope(project, _select.parse(select, exclude=exclude, selectors=project.selectors))
