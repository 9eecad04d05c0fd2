"""`voicekit drift`: whether vendors still say what they said."""

from typing import TYPE_CHECKING

import click

from voicekit.cli import _options, _output

if TYPE_CHECKING:
    from voicekit._pipeline import Canary

FINDINGS, FAILED = 3, 5
COLOURS = {"same": None, "close": "blue", "drifted": "yellow", "failed": "red"}


@click.command(
    short_help="Ask whether vendors still say what they said.",
    epilog="""\b
Examples:
  voicekit drift --via 302ai --max-cost 0.10
  voicekit drift --via production --select profile:telephony-*""",
)
@_options.flags("project", "select", "exclude", "via", "set", "format", "quiet")
@click.option("--max-cost", type=_options.Dollars(), metavar="USD", help="Refuse to spend more than this.")
@click.pass_context
def command(
    ctx: click.Context,
    project: str | None,
    select: str | None,
    exclude: str | None,
    via: str | None,
    sets: tuple[str, ...],
    format_: str,
    *,
    quiet: bool,
    max_cost: float | None,
) -> None:
    """Ask again for the shortest bought sound of each voice, and compare its bytes, length and loudness.

    This sends one request a voice, and costs what they cost. What was bought stays as it is. A voice has drifted if its canary
    lasts over 3 % (and 50 ms) longer or shorter, or is over 1 LU louder or softer. Exits with 3 if one has, and otherwise with 5
    if one could not be asked.
    """
    from voicekit import _pipeline, _wire

    opened = _options.open_project(project, sets)
    with _output.progress(quiet=quiet, doing="listening") as bar:
        found = _pipeline.drift(
            opened,
            via=via,
            select=select,
            exclude=exclude,
            max_cost=max_cost,
            on_start=bar.start,
            on_done=bar.step,
        )
    if format_ == "json":
        _output.json({"schema": "voicekit.drift/1", "canaries": [_wire.to_plain(one) for one in found]})
    else:
        _show(found)
    statuses = {one.status for one in found}
    if statuses & {"drifted", "failed"}:
        ctx.exit(FINDINGS if "drifted" in statuses else FAILED)


def _show(found: "tuple[Canary, ...]") -> None:
    rows = []
    for one in found:
        length, level = f"{one.before.duration:.2f} s", _level(one.before.loudness)
        if one.now is not None and one.status != "same":
            length = f"{length} → {one.now.duration:.2f} s"
            level = f"{level} → {_level(one.now.loudness)}"
        rows.append((one.status, one.provider, one.voice, one.prompt, length, level, one.message))
    if not rows:
        _output.line("nothing to compare: no sound of these voices is in the store")
        return
    head = ("", "PROVIDER", "VOICE", "PROMPT", "LENGTH", "LOUDNESS", "")
    _output.table(rows, head=head, colour=[COLOURS[one.status] for one in found])


def _level(loudness: float | None) -> str:
    return "–" if loudness is None else f"{loudness:.1f} LUFS"
