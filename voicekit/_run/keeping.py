"""From the sound that a request brought to the sound in the store: completed, verified, kept."""

from attrs import frozen

from voicekit import providers
from voicekit._plan import plain_call
from voicekit._run.writing import asked, length_said, said
from voicekit._sound import bare, probe
from voicekit._store import Kept, Store
from voicekit.errors import WrongAnswer
from voicekit.model import Origin, RequestPlan, Sound


@frozen
class Verified:
    """A sound that is what its row asked for: its bytes, its rate in Hz, and its duration in seconds."""

    data: bytes
    sample_rate: int
    duration: float


def verified(row: RequestPlan, sound: Sound) -> Verified:
    """Return a sound with its header, if it is what was asked for.

    A rate that the vendor's page does not document may come back as another.

    Args:
        row: What was asked.
        sound: What came.

    Raises:
        WrongAnswer: It is something else, cut short, too long, or silent.
    """
    provider = providers.get(row.provider)
    ask = asked(row)
    bare_rate = provider.bare_rate(ask) if ask is not None else None
    data = bare.headed(sound.data, row.encoding, bare_rate) if bare_rate else sound.data
    rate = None if "sample_rate" in provider.capabilities.undocumented else row.sample_rate
    if (
        row.encoding == "PCM"
    ):  # bare samples do not say their rate: what the answer says beside them has to do
        if rate and sound.sample_rate and sound.sample_rate != rate:
            raise WrongAnswer.of(
                f"the answer says {sound.sample_rate} Hz; {rate} Hz were asked for",
                remedy="leave the sample rate out, or use one that this voice has; the target re-shapes it",
            )
        rate = sound.sample_rate or row.sample_rate or provider.capabilities.natural_rate
    media = probe.verify(
        data,
        row.encoding,
        rate,
        text_length=length_said(row),
        may_be_silent=not said(row).strip(),
        bit_rate=row.bit_rate,
        channels=row.channels,
    )
    return Verified(data, media.sample_rate, media.duration)


def keep(store: Store, row: RequestPlan, sound: Sound) -> Kept:
    """Keep a sound under its row's key.

    Raises:
        WrongAnswer: As `verified`.
        HostError: The disk refuses.
    """
    found = verified(row, sound)
    record = store.keep(
        found.data,
        key=row.key,
        request_key=row.request_key,
        source=row.source,
        provider=row.provider,
        endpoint=row.endpoint,
        encoding=row.encoding,
        sample_rate=found.sample_rate,
        duration=found.duration,
        characters_billed=row.characters_billed,
        request=plain_call(row.call),
        marks=sound.marks,
        origin=row.origin or Origin(),
    )
    return Kept(record, found.data)
