"""`voicekit voices`: what the embedded voice can speak."""

import click

from voicekit.cli import _options, _output


@click.command(
    short_help="List what the embedded voice speaks.",
    epilog="""\b
Examples:
  voicekit voices
  voicekit voices --language es --format json""",
)
@click.option("--language", default="", help="Only this language, such as es or es-US.")
@_options.flags("format")
def command(language: str, format_: str) -> None:
    """List the languages that the embedded voice speaks, with the voice of the engine behind each.

    A vendor's voice name of such a language is accepted by `build`, `say` and `serve`, and sounds like a variant.
    """
    from voicekit import _embedded

    rows = [voice for voice in _embedded.voices() if _fits(voice.language, language)]
    if format_ == "json":
        _output.json({"schema": "voicekit.voices/1", "voices": [
            {"language": row.language, "name": row.name, "title": row.title, "engine": row.engine} for row in rows
        ]})  # fmt: skip
        return
    _output.table([(row.language, row.name, row.title) for row in rows], head=("LANGUAGE", "VOICE", "TITLE"))
    if not rows:
        _output.note(f"no embedded voice speaks {language}; `voicekit voices` lists all")


def _fits(tag: str, wanted: str) -> bool:
    return not wanted or tag.lower().split("-")[0] == wanted.lower().split("-")[0]
