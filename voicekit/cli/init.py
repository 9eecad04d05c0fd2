"""`voicekit init`: write the starter project."""

from collections.abc import Iterable, Iterator
from contextlib import suppress
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path

import click

from voicekit.cli import _output
from voicekit.errors import ConfigError, HostError, Place

SCHEMAS = "schemas"
# What is made and not kept in version control; voicekit.lock is.
IGNORED = b"/build/\n/.voicekit/\n"
_KINDS = {
    "profiles": "profile",
    "prompts": "prompts",
    "templates": "front-matter",
    "tests": "cases",
    "voicekit.yaml": "project",
}
PARTS = ("voicekit.yaml", "prompts", "profiles", "templates", "tests/prompts.yaml")


@click.command(
    short_help="Write the starter project: the phone menu of a clinic.",
    epilog="""\b
Examples:
  voicekit init my-prompts
  cd my-prompts && voicekit plan && voicekit build""",
)
@click.argument("folder", type=click.Path(path_type=Path), default=Path())
def command(folder: Path) -> None:
    """Write the starter project into FOLDER [default: here].

    The starter is a clinic's whole phone menu in English, Spanish and partly French. No file that is there already is
    overwritten.
    """
    files = write_starter(folder)
    _output.line(f"{_output.amount(len(files), 'file')} in {folder if str(folder) != '.' else 'this folder'}")
    step = "" if str(folder) == "." else f"cd {folder} && "
    _output.note(f"next: {step}voicekit build", fg="green")


def write_starter(folder: Path) -> list[str]:
    """Write the starter project, all of it or nothing.

    Raises:
        ConfigError: One of its files is there already.
        HostError: The disk refuses.
    """
    from voicekit import _files
    from voicekit.cli import _schemas

    starter = {name: data for part in PARTS for name, data in _read(_starter() / part, part)}
    files = {name: _with_schema(name, data) for name, data in starter.items()}
    files[".gitignore"] = IGNORED
    files |= {f"{SCHEMAS}/{name}": data for name, data in _schemas.files().items()}
    there = [name for name in files if (folder / name).exists()]
    if there:
        raise ConfigError.of(
            f"{there[0]} is there already" + (f", and {len(there) - 1} more" if len(there) > 1 else ""),
            place=Place(str(folder)),
            remedy="choose an empty folder; nothing was written",
        )
    new = not folder.exists()
    try:
        for name, data in files.items():
            _files.write(folder, name, data)
    except BaseException:  # ctrl-C as well: what is half there would be refused the next time
        _take_back(folder, files, whole=new)
        raise
    return list(files)


def _take_back(folder: Path, names: Iterable[str], *, whole: bool) -> None:
    """Remove what was written, as far as the disk lets us; the folder itself too where it was not there before."""
    from voicekit import _files

    for name in names:
        with suppress(HostError):
            _files.remove(folder, name)
    if whole:
        with suppress(OSError):
            folder.rmdir()


def _with_schema(name: str, data: bytes) -> bytes:
    """Tell editors where the schema of a YAML file, or of a template's front matter, lies, so that they complete and check it."""
    kind = _KINDS.get(name.split("/", maxsplit=1)[0])
    fence = b"---\n" if name.startswith("templates/") else b""
    if kind is None or not name.endswith((".yaml", ".j2")) or not data.startswith(fence):
        return data  # a CSV file has no comments, and a partial has no front matter
    path = "../" * name.count("/") + f"{SCHEMAS}/{kind}.schema.json"
    return fence + f"# yaml-language-server: $schema={path}\n".encode() + data.removeprefix(fence)


def _starter() -> Traversable:
    """Return where the starter lies: beside the code in a wheel; in a checkout, the checkout itself is the starter."""
    package = resources.files("voicekit")
    shipped = package / "_starter"
    return shipped if shipped.is_dir() else Path(str(package)).parent


def _read(source: Traversable, name: str) -> Iterator[tuple[str, bytes]]:
    if source.is_file():
        yield name, source.read_bytes()
        return
    for child in sorted(source.iterdir(), key=lambda child: child.name):
        yield from _read(child, f"{name}/{child.name}")
