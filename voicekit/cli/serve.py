"""`voicekit serve`: the embedded voice behind the vendors' own wires."""

import click

from voicekit.cli import _output


@click.command(
    short_help="Answer the vendors' own requests with the embedded voice.",
    epilog="""\b
Examples:
  voicekit serve
  voicekit serve --port 8302 --require-key
  voicekit serve --fault 'status=429,rate=0.3,retry-after=2' --fault 'reset,times=1,provider=openai'
  voicekit serve --faults outage.yaml --latency 0.2..1.5 --seed 7
  voicekit serve --record exchanges.jsonl""",
)
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen on.")
@click.option(
    "--port", type=click.IntRange(0, 65535), default=8302, show_default=True, help="0 takes a free port."
)
@click.option(
    "--allow-host",
    "allowed_hosts",
    metavar="NAME",
    multiple=True,
    help="A name by which requests may come, beside --host and those of loopback; * is any.",
)
@click.option(
    "--require-key",
    is_flag=False,
    flag_value="*",
    metavar="[KEY]",
    help="Refuse requests without this key, or without any.",
)
@click.option(
    "--fault",
    "faults",
    metavar="RULE",
    multiple=True,
    help="Do wrong on demand, such as 'status=503,rate=0.1'.",
)
@click.option("--faults", "faults_file", metavar="FILE", help="The same as a YAML list of mappings.")
@click.option("--latency", metavar="SECONDS|MIN..MAX", help="Let every answer, and every task, take so long.")
@click.option(
    "--seed", type=int, default=0, show_default=True, help="The same seed and requests, the same chance."
)
@click.option("--record", metavar="FILE", help="Add every exchange to this file, without any credential.")
@click.option("--replay", metavar="FILE", help="Answer from what --record wrote, and speak nothing.")
def command(
    host: str,
    port: int,
    allowed_hosts: tuple[str, ...],
    require_key: str | None,
    faults: tuple[str, ...],
    faults_file: str | None,
    latency: str | None,
    seed: int,
    record: str | None,
    replay: str | None,
) -> None:
    """Answer the vendors' requests on this machine with the embedded voice, until SIGTERM or ctrl-C.

    Point a vendor's client at the address that is printed; GET / lists what is answered, and GET /_voicekit/requests
    the last requests. Where two vendors have one path, put the provider's name before it, such as /openai/v1/audio/speech.
    Nothing here costs money, and any key passes unless --require-key is given.
    """
    from voicekit import _embedded

    def ready(address: str) -> None:
        _output.line(f"voicekit serve: ready on {address}")

    _embedded.serve(
        host,
        port,
        require_key=require_key,
        allowed_hosts=allowed_hosts,
        on_ready=ready,
        faults=faults,
        faults_file=faults_file,
        latency=latency,
        seed=seed,
        record=record,
        replay=replay,
    )
