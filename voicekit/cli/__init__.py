"""The open set of verbs: one click command a file, found by listing this folder. The only room that prints.

A member is a module here that defines ``command``; the verb is the module's name. What a verb imports beyond click it
imports when it runs, so that `--help` stays quick.
"""

import errno
import os
import sys
import traceback
from collections.abc import Sequence
from functools import cache
from importlib import import_module
from pkgutil import iter_modules
from typing import Any

import click

from voicekit.cli import _output
from voicekit.errors import HostError, VoicekitError

USAGE, INTERRUPTED, UNREAD, BUG = 64, 130, 141, 1
_ORDER = ("init", "check", "render", "plan", "build", "test", "say", "voices", "serve", "spend", "drift", "prune",
          "doctor", "rule", "schema")  # fmt: skip


@cache
def find() -> dict[str, str]:
    """List this folder's members: verb and module, the daily ones first."""
    names = [info.name for info in iter_modules(__path__) if not info.name.startswith("_")]
    daily = [name for name in _ORDER if name in names]
    return {name: f"{__name__}.{name}" for name in [*daily, *sorted(set(names) - set(daily))]}


class _Verbs(click.Group):
    """The program: its verbs are the members of the open set, imported when they are named."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        return list(find())

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        module = find().get(cmd_name)
        return getattr(import_module(module), "command", None) if module else None

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        import difflib

        near = difflib.get_close_matches(args[0], find(), 1)
        if args[0] not in find() and not args[0].startswith("-"):
            hint = f" Did you mean `{near[0]}`?" if near else ""
            raise click.UsageError(f"there is no verb `{args[0]}`.{hint}", ctx)
        return super().resolve_command(ctx, args)


def _show_version(ctx: click.Context, _: click.Parameter, wanted: bool) -> None:
    if wanted:
        click.echo(f"voicekit {import_module(__name__.split('.')[0]).__version__}")
        ctx.exit()


@click.group(cls=_Verbs, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.option(
    "--version",
    is_flag=True,
    is_eager=True,
    expose_value=False,
    callback=_show_version,
    help="Show the version.",
)
def program() -> None:
    """Prompts as code: check, plan and build the spoken prompts of a phone system.

    Start with `voicekit init`, then `voicekit plan` and `voicekit build`. Nothing is sent to a vendor, and nothing
    costs money, until you name an endpoint with --via.
    """


def run(arguments: Sequence[str]) -> int:
    """Run one command.

    Returns:
        Its exit code: 0 fine, 1 our bug, 2 changes pending, 3 findings, 4 configuration, 5 some prompts failed,
        6 budget, 7 disk, lock or port, 64 usage, 130 interrupted, 141 nobody read the answer to its end.
    """
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:  # closed by whoever started us
            setattr(sys, name, open(os.devnull, mode, encoding="utf-8"))  # noqa: PTH123, SIM115
    try:
        code: Any = program.main(args=list(arguments), prog_name="voicekit", standalone_mode=False)
        sys.stdout.flush()
    except click.exceptions.Exit as done:
        return done.exit_code
    except click.UsageError as error:
        with _output.unheard():
            error.show()
        return USAGE
    except (click.Abort, KeyboardInterrupt):
        _output.note("interrupted")
        return INTERRUPTED
    except VoicekitError as error:
        _output.failed(error)
        return error.exit_code
    except (BrokenPipeError, SystemExit):
        # Whoever read our output has had enough, such as `head`; click turns that into an exit. Ours is that of a process
        # that SIGPIPE ends: what the answer would have said, 2 or 3 as well, nobody has read.
        _output.forget(sys.stdout)
        return UNREAD
    except OSError as error:
        _output.forget(sys.stdout)
        if error.errno in {errno.ENOSPC, errno.EIO, errno.EFBIG, errno.EDQUOT, errno.EBADF}:
            _output.note(f"error: cannot write the answer: {os.strerror(error.errno)}")
            return HostError.exit_code
        return _bug()
    except Exception:
        _output.note("voicekit failed in a way that it should not; please report this:")
        return _bug()
    return code if isinstance(code, int) else 0


def _bug() -> int:
    with _output.unheard():
        traceback.print_exc()
    return BUG
