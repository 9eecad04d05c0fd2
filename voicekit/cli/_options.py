"""The flags that verbs share, and how a project is opened from them."""

import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from voicekit.errors import ConfigError
from voicekit.model import Project

Command = Callable[..., Any]


class Dollars(click.FloatRange):
    """An amount of USD: a number from 0 on, and not one of the numbers that are none."""

    def __init__(self) -> None:
        super().__init__(min=0)

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Read it."""
        found = super().convert(value, param, ctx)
        if not math.isfinite(found):
            self.fail(f"{value!r} is not an amount", param, ctx)
        return found


_FLAGS: dict[str, Callable[[Command], Command]] = {
    "project": click.option(
        "--project", metavar="DIR", help="The project's folder. [default: nearest with a voicekit.yaml]"
    ),
    "select": click.option(
        "--select", metavar="EXPR", help="Only these, such as 'tag:menu profile:*-es,id:queue-*'."
    ),
    "exclude": click.option("--exclude", metavar="EXPR", help="All of them but these."),
    "via": click.option(
        "--via", metavar="ENDPOINT", help="Ask this endpoint or environment instead of each pack's own."
    ),
    "set": click.option(
        "--set", "sets", metavar="KEY=VALUE", multiple=True, help="Lay a setting or value over all prompts."
    ),
    "format": click.option(
        "--format", "format_", type=click.Choice(["text", "json"]), default="text", help="How to answer."
    ),
    "quiet": click.option("--quiet", "-q", is_flag=True, help="Print the answer only."),
}


def flags(*names: str) -> Callable[[Command], Command]:
    """Add shared flags to a command, in the order of their names."""

    def add(command: Command) -> Command:
        for name in reversed(names):
            command = _FLAGS[name](command)
        return command

    return add


def open_project(project: str | None, sets: tuple[str, ...] = ()) -> Project:
    """Load the project that the flags name.

    Raises:
        ConfigError: There is none, or something in it is wrong.
    """
    from voicekit import _pipeline

    return _pipeline.load(project, sets=pairs(sets))


def root_of(project: str | None) -> Path:
    """Return the project's folder, without reading the project.

    Raises:
        ConfigError: There is none.
    """
    from voicekit._load.project import find_root

    return Path(project) if project is not None else find_root(Path.cwd())


def pairs(sets: tuple[str, ...]) -> dict[str, Any]:
    """Read ``KEY=VALUE`` pairs; a value is YAML, so `0.9` is a number and `[a, b]` a list."""
    from voicekit import _yaml

    pairs = {}
    for text in sets:
        key, equals, value = text.partition("=")
        if not equals or not key:
            raise ConfigError.of(
                "--set takes KEY=VALUE", remedy="write --set rate=0.9 or --set company='Acme Ltd'"
            )
        pairs[key] = _yaml.load(value, f"--set {key}")
    return pairs
