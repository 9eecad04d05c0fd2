"""Takes: which prompt of which pack, in which profile, a case is about. Imports what the rest of this room does."""

from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from functools import cached_property
from itertools import islice
from typing import TypeVar

from attrs import frozen

from voicekit import _language
from voicekit._load.fields import Fields, nearest
from voicekit._load.profiles import missing_settings
from voicekit.model import Pack, Profile, Project, Prompt, Settings

SUBJECTS = ("script", "prompt")
_MANY = 2_000  # ids among which a near one is looked for

T = TypeVar("T")


@frozen
class Take:
    """One prompt of a pack, said by a profile. A script without a pack stands in one that is empty and has no name."""

    pack: Pack
    prompt: Prompt
    profile: Profile

    @property
    def language(self) -> str:
        """The language in which it is said."""
        return str(self.prompt.override.get("language", self.profile.settings.language))


@frozen
class _Who:
    """What a case says of its takes; None leaves it open."""

    pack: Pack | None
    profile: Profile | None
    locale: str | None

    def fits(self, take: Take) -> bool:
        return (
            (self.pack is None or self.pack.name == take.pack.name)
            and (self.profile is None or self.profile.name == take.profile.name)
            and all(
                locale is None or _language.matches(locale, take.language)
                for locale in (self.locale, take.prompt.locale)
            )
        )


class Takes:
    """A project as its tests look at it."""

    def __init__(self, project: Project) -> None:
        self._project = project
        self._packs = {pack.name: pack for pack in project.packs}

    @cached_property
    def _inputs(self) -> Mapping[str, set[str]]:
        """The inputs of each script, over all its languages."""
        found: dict[str, set[str]] = {}
        for script in self._project.scripts:
            found.setdefault(script.name, set()).update(spec.name for spec in script.inputs)
        return found

    @cached_property
    def _prompts(self) -> Mapping[str, list[tuple[Pack, Prompt]]]:
        """Where an id is: in several packs perhaps, and in a pack once for each of several locales."""
        found: dict[str, list[tuple[Pack, Prompt]]] = {}
        for pack in self._project.packs:
            for prompt in pack.prompts:
                found.setdefault(prompt.id, []).append((pack, prompt))
        return found

    def read(self, fields: Fields, name: str, *, spoken: bool) -> tuple[Take, ...]:
        """Read what a case says of its subject.

        Args:
            fields: The case.
            name: What it is called.
            spoken: Whether every take needs a voice.

        Returns:
            Every take that fits; nothing where a part of the case is wrong, which is noted.
        """
        before = len(fields.problems)
        script, prompt = (fields.text(key) for key in SUBJECTS)
        who = _Who(
            _known(fields, "pack", self._packs),
            _known(fields, "profile", self._project.profiles),
            fields.language("locale"),
        )
        values = fields.values("values")
        given = [key for key in SUBJECTS if key in fields.data]
        if len(given) != 1:
            message = f"a case has one of `script` and `prompt`; found {' and '.join(given) or 'none'}"
            remedy = "name what it tests"
            fields.problems.add(message, place=fields.place(), where=fields.where, remedy=remedy)
        elif script is not None:
            self._check_script(fields, script)
        elif prompt is not None:
            self._check_prompt(fields, prompt)
        if len(fields.problems) > before:
            return ()
        if prompt is not None:
            return self._of_prompt(fields, prompt, who)
        lines = {f"values.{key}": line for key, line in fields.mapping("values").lines.items()}
        made = Prompt(name, fields.place(), script=script, values=values, lines={**fields.lines, **lines})
        return self._of_script(fields, made, who, spoken=spoken)

    def _check_script(self, fields: Fields, script: str) -> None:
        if script not in self._inputs:
            remedy = nearest(script, self._inputs, none="write it as templates/NAME.ssml.j2")
            fields.problem("script", f"there is no script `{script[:80]}`", remedy)
            return
        inner = fields.mapping("values")
        for name in inner.data:
            if name not in self._inputs[script]:
                none = "declare it under the script's `inputs`, or leave it out"
                remedy = nearest(name, self._inputs[script], none=none)
                inner.problem(name, f"script {script} has no input `{name}`", remedy)

    def _check_prompt(self, fields: Fields, prompt: str) -> None:
        if prompt not in self._prompts:
            near = get_close_matches(prompt, islice(self._prompts, _MANY), 1)
            remedy = f"did you mean `{near[0]}`?" if near else "`voicekit render` lists them"
            fields.problem("prompt", f"no pack has a prompt `{prompt[:80]}`", remedy)
        if "values" in fields.data:
            fields.problem("values", "a prompt has its own values", "leave them out, or name its script")

    def _of_prompt(self, fields: Fields, prompt: str, who: _Who) -> tuple[Take, ...]:
        takes = (Take(pack, one, profile) for pack, one in self._prompts[prompt] for profile in pack.profiles)
        found = tuple(filter(who.fits, takes))
        if not found:
            stated = [f"{key} {fields.data[key]}" for key in ("pack", "profile", "locale") if fields.has(key)]
            message = f"no profile says {prompt}{' in ' if stated else ''}{', '.join(stated)}"
            fields.problem("prompt", message, "`voicekit render` lists who says what")
        return found

    def _of_script(self, fields: Fields, prompt: Prompt, who: _Who, *, spoken: bool) -> tuple[Take, ...]:
        """Say a script as one more prompt of its pack; without a pack, only the project's values are shared."""
        pack = who.pack or Pack("", prompt.place, (), ())
        profiles = {one.name: one for one in self._speakers(who)}
        found = tuple(filter(who.fits, (Take(pack, prompt, profile) for profile in profiles.values())))
        if found:
            return found
        if who.profile is not None:
            message = f"profile {who.profile.name} does not speak {who.locale}"
            fields.problem("locale", message, "correct one of the two")
        elif spoken:
            message = f"no profile speaks {who.locale}, so there is nothing to measure"
            fields.problem("locale", message, "name a `profile`, or expect no duration")
        # A language is all that rendering needs of a profile.
        stranger = Profile(who.locale or "", prompt.place, Settings(language=who.locale))
        return (Take(pack, prompt, stranger),)

    def _speakers(self, who: _Who) -> Iterator[Profile]:
        if who.profile is not None:
            yield who.profile
            return
        for pack in self._packs.values() if who.pack is None else (who.pack,):
            yield from pack.profiles


def _known(fields: Fields, key: str, known: Mapping[str, T]) -> T | None:
    """Read the name of a pack or of a profile, which must be complete."""
    name = fields.text(key)
    if name is None:
        return None
    if name not in known:
        fields.problem(key, f"no {key} is called `{name[:60]}`", nearest(name, known))
        return None
    found = known[name]
    missing = missing_settings(found) if isinstance(found, Profile) else ()
    if missing:
        message = f"profile {name} states no {', '.join(missing)}, so it speaks nothing"
        fields.problem(key, message, "name one that a pack could use")
    return found
