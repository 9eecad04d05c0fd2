"""`voicekit prune`: remove what nothing asks for any more."""

import click

from voicekit.cli import _options, _output


@click.command(
    short_help="Remove what nothing asks for any more.",
    epilog="""\b
Examples:
  voicekit prune                 # lists, and removes nothing
  voicekit prune --yes
  voicekit prune --sounds --yes  # what was bought for words that are gone, too""",
)
@_options.flags("project", "via", "set", "format")
@click.option(
    "--sounds", is_flag=True, help="Also bought sounds that neither the plan nor voicekit.lock names."
)
@click.option("--yes", is_flag=True, help="Remove what is listed.")
def command(
    project: str | None, via: str | None, sets: tuple[str, ...], format_: str, *, sounds: bool, yes: bool
) -> None:
    """List the files of the build, and with --sounds the bought sounds, that nothing asks for any more.

    Only what voicekit made is ever removed; a file that is no longer what it wrote stays. A sound that is removed costs money
    when an older version of the project asks for it again. The sounds of a file that this removes can go with the next prune:
    voicekit.lock names them until then.
    """
    from voicekit import _pipeline, _wire

    opened = _options.open_project(project, sets)
    found = _pipeline.prune(opened, via=via, sounds=sounds, remove=yes)
    if format_ == "json":
        _output.json({"schema": "voicekit.prune/1", "removed": yes, **_wire.to_plain(found)})
        return
    for file in found.files:
        _output.line(f"-  {file}", fg="red")
    for file in found.left:
        _output.line(f"   {file}  left alone: it is no longer what voicekit wrote")
    done = "removed" if yes else "would go"
    told = [_output.amount(len(found.files), "file")] if found.files else []
    if found.sounds:
        told.append(f"{_output.amount(len(found.sounds), 'sound')} ({found.bytes / 1e6:,.1f} MB)")
    if not found.files and not found.sounds:
        _output.line("nothing to prune")
    else:
        _output.line(f"{' and '.join(told)} {done}" + ("" if yes else "; --yes removes them"))
