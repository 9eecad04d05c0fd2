"""`voicekit serve`: the embedded voice behind the vendors' own wires."""

import click

from voicekit.cli import _output


@click.command(
    epilog="""\b
Examples:
  voicekit serve
  voicekit serve --port 8302 --require-key"""
)
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen on.")
@click.option(
    "--port", type=click.IntRange(0, 65535), default=8302, show_default=True, help="0 takes a free port."
)
@click.option(
    "--require-key",
    is_flag=False,
    flag_value="*",
    metavar="[KEY]",
    help="Refuse requests without this key, or without any.",
)
def command(host: str, port: int, require_key: str | None) -> None:
    """Answer the vendors' requests on this machine with the embedded voice, until SIGTERM or ctrl-C.

    Point a vendor's client at the address that is printed. Nothing here costs money, and any key passes unless
    --require-key is given.
    """
    from voicekit import _embedded

    def ready(address: str) -> None:
        _output.line(f"voicekit serve: ready on {address}")

    _embedded.serve(host, port, require_key=require_key, on_ready=ready)
