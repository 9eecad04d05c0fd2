"""How the server behaves beside answering, and how that is read from what a user writes. Imports this folder and errors."""

from collections.abc import Sequence
from pathlib import Path
from random import Random

from attrs import field, frozen

from voicekit._server import fault_rules
from voicekit._server.faults import Mischief
from voicekit._server.recording import Recorder, Recording
from voicekit.errors import ConfigError


@frozen
class Manners:
    """How the server behaves beside answering: what it does wrong, how slow it is, what it keeps.

    Attributes:
        mischief: The faults on demand.
        latency: Seconds before each answer of a vendor, the least and the most; a task is as much later done.
        chance: Chooses between them.
        recorder: Is given every exchange.
        recording: Answers in place of the voice.
    """

    mischief: Mischief = field(factory=Mischief)
    latency: tuple[float, float] | None = None
    chance: Random = field(factory=lambda: Random(0))  # noqa: S311
    recorder: Recorder | None = None
    recording: Recording | None = None


def read_manners(
    *,
    faults: Sequence[str] = (),
    faults_file: str | None = None,
    latency: str | None = None,
    seed: int = 0,
    record: str | None = None,
    replay: str | None = None,
) -> Manners:
    """Read how the server is to behave.

    Args:
        faults: Rules such as ``status=429,rate=0.3``; they come before those of the file.
        faults_file: A YAML list of the same as mappings.
        latency: ``SECONDS`` or ``MIN..MAX``.
        seed: Of every chance that a rule does not seed itself.
        record: A file to which exchanges are added.
        replay: A file that another run recorded.

    Raises:
        ConfigError: Something of it cannot be read; names the place.
        HostError: The disk does not give or take a file.
    """
    if record is not None and replay is not None:
        raise ConfigError.of("--record and --replay cannot go together", remedy="choose one of the two")
    rules = fault_rules.from_texts(faults)
    if faults_file is not None:
        rules += fault_rules.from_file(Path(faults_file))
    return Manners(
        mischief=Mischief(rules, seed=seed),
        latency=fault_rules.latency(latency) if latency is not None else None,
        chance=Random(seed),  # noqa: S311
        recorder=Recorder(Path(record)) if record is not None else None,
        recording=Recording(Path(replay)) if replay is not None else None,
    )
