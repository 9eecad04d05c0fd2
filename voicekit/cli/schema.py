"""`voicekit schema`: the JSON Schemas of the files, for editors and for programs that read what voicekit makes."""

from pathlib import Path

import click

from voicekit.cli import _output
from voicekit.errors import ConfigError


@click.command(
    short_help="Print the JSON Schema of a kind of file, for editors.",
    epilog="""\b
Examples:
  voicekit schema profile
  voicekit schema --write schemas

An editor with a YAML language server reads them from a comment at the top of a file:
  # yaml-language-server: $schema=../schemas/profile.schema.json""",
)
@click.argument("kind", required=False)
@click.option(
    "--write", "folder", type=click.Path(path_type=Path), metavar="DIR", help="Write all schemas into DIR."
)
@click.option("--quiet", "-q", is_flag=True, help="Print the answer only.")
def command(kind: str | None, folder: Path | None, *, quiet: bool) -> None:
    """Print the JSON Schema of a KIND of file, or list the kinds.

    Kinds: project, profile, prompts, front-matter, cases, plan, manifest, findings, tests.
    """
    from voicekit.cli import _schemas

    if kind is not None and folder is not None:
        raise click.UsageError("name a KIND, or --write all of them")
    if folder is not None:
        _write(folder, quiet=quiet)
    elif kind is None:
        _output.table([(one, _schemas.schema(one)["title"]) for one in _schemas.KINDS], head=("KIND", "OF"))
    elif kind not in _schemas.KINDS:
        raise ConfigError.of("no kind of file is called that", remedy=_nearest(kind))
    else:
        _output.json(_schemas.schema(kind))


def _nearest(kind: str) -> str:
    import difflib

    from voicekit.cli import _schemas

    near = difflib.get_close_matches(kind, _schemas.KINDS, 1)
    return f"did you mean `{near[0]}`?" if near else f"one of: {', '.join(_schemas.KINDS)}"


def _write(folder: Path, *, quiet: bool) -> None:
    """Write every schema into a folder, in place of those that are there."""
    from voicekit import _files
    from voicekit.cli import _schemas

    for name, data in _schemas.files().items():
        _files.write(folder.absolute(), name, data)
    if not quiet:
        _output.line(f"{_output.amount(len(_schemas.KINDS), 'schema')} in {folder}")
