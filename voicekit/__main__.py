"""The command line's door: `python -m voicekit` and `voicekit`. Errors become messages and exit codes here."""

import sys


def main() -> None:
    """Run the command line and exit with its code."""
    if sys.argv[1:] == ["--version"]:
        # The answer that scripts ask for most needs no import of the rest.
        from voicekit import __version__

        print(f"voicekit {__version__}")  # noqa: T201
        raise SystemExit(0)
    from voicekit.cli import run

    raise SystemExit(run(sys.argv[1:]))


if __name__ == "__main__":
    main()
