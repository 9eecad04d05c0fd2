"""`voicekit say`: hear a sentence."""

import stat
import sys
from pathlib import Path

import click

from voicekit.cli import _options, _output

_HEAD = 1 << 16  # bytes by which a file is told to be a sound


@click.command(
    short_help="Speak a sentence into a file.",
    epilog="""\b
Examples:
  voicekit say "Thank you for calling." --out hello.wav
  voicekit say "Gracias por llamar." --language es-US --set rate=0.9
  echo '<speak>One<break time="1s"/>two</speak>' | voicekit say --ssml - --out pause.wav""",
)
@click.argument("text")
@click.option("--ssml", is_flag=True, help="TEXT is SSML.")
@click.option("--language", help="BCP-47 tag. [default: the voice's, or en-US]")
@click.option("--voice", help="A vendor's voice name. [default: LANGUAGE-Standard-A]")
@click.option("--profile", help="Sound like this profile of the project.")
@click.option(
    "--out", type=click.Path(path_type=Path), help="The file to write. [default: say.wav and the like]"
)
@_options.flags("project", "via", "set", "quiet")
def command(
    text: str,
    language: str | None,
    voice: str | None,
    profile: str | None,
    out: Path | None,
    project: str | None,
    via: str | None,
    sets: tuple[str, ...],
    *,
    ssml: bool,
    quiet: bool,
) -> None:
    """Speak TEXT (`-` reads it from standard input) and write it to a file.

    The embedded voice speaks unless --via names an endpoint of the project. --set takes the settings of a profile:
    pitch, rate, gain, effects, encoding, sample_rate, bit_rate, channels.
    """
    from voicekit import _files, _pipeline, _say
    from voicekit._load.endpoints import EMBEDDED

    said = _read() if text == "-" else text
    if not said.strip():
        raise click.UsageError("there is nothing to say")
    if out is not None:
        _refuse_other(out)
    pairs, suffix = _options.pairs(sets), out.suffix if out is not None else ""
    opened = None
    if project is not None or profile is not None or via is not None:
        opened = _options.open_project(project)
    if opened is not None and profile is not None:
        settings = _say.profile_settings(opened, profile, language, voice, pairs, suffix=suffix)
    else:
        settings = _say.settings_for(language, voice, pairs, suffix=suffix)
    endpoint = EMBEDDED
    if opened is not None:
        endpoint = _pipeline.endpoint_for(opened, via or "embedded", settings.provider)
    sound = _say.say(said, settings, markup=ssml, endpoint=endpoint)
    path = out or Path(f"say{sound.extension}")
    if out is None and path.exists():
        raise click.UsageError(f"{path} is there already; name a file with --out")
    _files.write(path.absolute().parent, path.name, sound.data)
    if not quiet:
        rate = f"{sound.sample_rate:,} Hz"
        _output.line(f"{path}  {sound.duration:.2f} s, {sound.encoding}, {rate}, {len(sound.data):,} bytes")


def _read() -> str:
    """Read what is to be said from standard input."""
    try:
        return sys.stdin.read()
    except UnicodeDecodeError:
        raise click.UsageError("what comes over standard input is not UTF-8") from None


def _refuse_other(out: Path) -> None:
    """Refuse to write over anything but a sound or an empty file, before anything is asked for."""
    from voicekit import _files, _say
    from voicekit._sound import containers
    from voicekit.errors import ConfigError, Place, SoundError

    folder, name, place = out.absolute().parent, out.name, Place(str(out))
    found = _files.look(folder, name)
    if found is None:
        return
    remedy = "choose another name for --out"
    if not stat.S_ISREG(found.st_mode):
        raise ConfigError.of("is there and is no plain file", place=place, remedy=remedy)
    try:
        if found.st_size:
            head = _files.read_from(folder, name, 0, _HEAD)
            containers.container_of(head, _say.BY_SUFFIX.get(out.suffix.lower()))
    except SoundError:
        raise ConfigError.of("is there and is no sound", place=place, remedy=remedy) from None
