"""One sentence through the same stages, with or without a project: adapt, send, verify. Keeps nothing."""

import os
from collections.abc import Mapping
from contextlib import AsyncExitStack
from typing import Any

from attrs import evolve, field, frozen

from voicekit import _adapt, _embedded, _language, providers, ssml
from voicekit._load import options, profiles
from voicekit._load.endpoints import EMBEDDED
from voicekit._sound.encodings import ENCODINGS
from voicekit._speak import voices
from voicekit._xml import illegal_character
from voicekit.errors import ConfigError, MarkupError, Place, Problem, Problems
from voicekit.model import NO_VALUES, Endpoint, Environ, Project, Settings, Sound, Speech

# What a file's ending asks for, where nothing else does: the first encoding whose files end so.
BY_SUFFIX = {encoding.extension: encoding.name for encoding in reversed([*ENCODINGS.values()])}


def settings_for(
    language: str | None, voice: str | None, sets: Mapping[str, Any], *, suffix: str = ""
) -> Settings:
    """Return the settings of a sentence that no profile says, checked as a profile's are.

    Args:
        language: BCP-47 tag; None for the voice's own.
        voice: The vendor's name; None for the language's first.
        sets: What ``--set KEY=VALUE`` says; it is the nearest.
        suffix: The end of the file's name, with its dot.

    Raises:
        ConfigError: A setting does not fit.
    """
    language = language or voices.language_of(voice or "") or "en-US"
    encoding = BY_SUFFIX.get(suffix.lower(), "LINEAR16")
    stated = {"provider": "google-302ai", "language": language, "encoding": encoding, **sets}
    named = voice or f"{_language.with_region(language)}-Standard-A"
    return _laid_over(Settings(), NO_VALUES, {"voice": named, **stated})


def profile_settings(
    project: Project,
    name: str,
    language: str | None = None,
    voice: str | None = None,
    sets: Mapping[str, Any] = NO_VALUES,
    *,
    suffix: str = "",
) -> Settings:
    """Return the settings of a profile that is complete, with what the command line says laid over them.

    Args:
        project: A loaded project.
        name: The profile's.
        language: As `settings_for`; None is the voice's, where one is given and says it, or else the profile's.
        voice: As `settings_for`; None is the profile's.
        sets: As `settings_for`.
        suffix: As `settings_for`. The profile's encoding stays where its files end so.

    Raises:
        ConfigError: There is no such profile, something is missing in it, or a setting does not fit.
    """
    if name not in project.profiles:
        raise ConfigError.of(
            f"no profile is called `{name[:60]}`", remedy=f"one of: {', '.join(project.profiles)}"
        )
    profile = project.profiles[name]
    missing = profiles.missing_settings(profile)
    if missing:
        raise ConfigError.of(
            f"profile {name} states no {', '.join(missing)}", remedy="choose a profile that a pack could use"
        )
    stated = {"language": language or voices.language_of(voice or ""), "voice": voice}
    if ENCODINGS[profile.settings.encoding or ""].extension != suffix.lower():
        stated["encoding"] = BY_SUFFIX.get(suffix.lower())
    said = {key: value for key, value in stated.items() if value is not None}
    return _laid_over(profile.settings, profile.stated, {**said, **sets})


def _laid_over(settings: Settings, stated: Mapping[str, Place], said: Mapping[str, Any]) -> Settings:
    """Lay what the command line says over settings, and check what comes of it."""
    problems = Problems()
    read = profiles.command_line(said, problems, shown="say")
    problems.settle()
    settings = options.laid_over(settings, read)
    places = profiles.restated(stated, {key: Place("--set") for key in read})
    profiles.problem_after_combining(settings, places, Place("--set"), problems)
    problems.settle()
    return settings


@frozen
class Said:
    """A spoken sentence: its bytes, and what they are."""

    data: bytes = field(repr=False)
    extension: str
    encoding: str
    sample_rate: int
    duration: float


def say(
    text: str,
    settings: Settings,
    *,
    markup: bool = False,
    endpoint: Endpoint = EMBEDDED,
    environ: Mapping[str, str] | None = None,
) -> Said:
    """Speak one text and verify the answer; nothing is kept.

    Args:
        text: Plain text, or SSML.
        settings: How it sounds; provider, language, voice and encoding are stated.
        markup: Whether `text` is SSML.
        endpoint: Who is asked.
        environ: Where the credential is read.

    Raises:
        MarkupError: The SSML is not well-formed.
        SendError: The request failed.
    """
    from voicekit import _transport
    from voicekit._sound import bare, probe

    environ = Environ(os.environ if environ is None else environ)
    bad = illegal_character(text)
    if bad:
        raise MarkupError.of(f"TEXT holds {bad[2]}, which no voice can say", remedy="remove the character")
    try:
        content = ssml.tidy(ssml.parse(text)) if markup else text.strip()
    except MarkupError as error:
        raise MarkupError(tuple(_in_text(problem) for problem in error.problems)) from None
    provider = providers.get(settings.provider or "")
    said = _adapt.asks(
        Speech(content, Place("TEXT")),
        settings,
        family=provider.family(settings.voice or "", settings.options),
        inputs=provider.capabilities.inputs,
        pronunciations=provider.capabilities.pronunciations,
    )
    ask = providers.carried(said.asks[0], provider.capabilities)

    async def ask_once() -> Sound:
        async with AsyncExitStack() as stack:
            app = await _embedded.app(stack) if endpoint.embedded else None
            transport = _transport.Transport(endpoint, provider, app=app, environ=environ)
            return await (await stack.enter_async_context(transport)).send(provider.encode(ask))

    sound = _transport.run(ask_once())
    bare_rate = provider.bare_rate(ask)
    data = bare.headed(sound.data, ask.encoding, bare_rate) if bare_rate else sound.data
    silent = not (ssml.plain_text(content) if not isinstance(content, str) else content).strip()
    unstated = (sound.sample_rate or provider.capabilities.natural_rate) if ask.encoding == "PCM" else None
    rate = settings.sample_rate or unstated
    media = probe.verify(
        data,
        ask.encoding,
        rate,
        text_length=len(text),
        may_be_silent=silent,
        bit_rate=ask.bit_rate,
        channels=ask.channels,
    )
    extension = ENCODINGS[ask.encoding].extension
    return Said(data, extension, ask.encoding, media.sample_rate, media.duration)


def _in_text(problem: Problem) -> Problem:
    at = problem.place
    return evolve(problem, place=Place("TEXT", at.line, at.column) if at else Place("TEXT"))
