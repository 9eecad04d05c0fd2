"""What settings come to once they are together: an encoding and its rates, a provider and what its wire takes."""

from collections.abc import Iterable, Iterator

from attrs import frozen

from voicekit import providers
from voicekit._sound import encodings
from voicekit.model import Capabilities, Settings


@frozen
class Wrong:
    """A setting that cannot be had.

    Attributes:
        setting: Its name.
        message: What is wrong.
        remedy: What to do.
        beside: The settings that it cannot be had with.
    """

    setting: str
    message: str
    remedy: str
    beside: tuple[str, ...] = ()


def not_possible(settings: Settings) -> Iterator[Wrong]:
    """Tell which settings cannot be had together.

    A neutral one that the provider's wire has no field for says nothing, and passes.
    """
    yield from _not_encoded(settings)
    if settings.provider is not None:
        capabilities = providers.find()[settings.provider].capabilities
        yield from _not_made(settings, settings.provider, capabilities)
        yield from _not_said(settings, settings.provider, capabilities)


def _not_encoded(settings: Settings) -> Iterator[Wrong]:
    """Tell what no vendor can do, since the encoding has no such thing."""
    if settings.encoding is None:
        return
    impossible = encodings.problem_with(settings.encoding, settings.sample_rate)
    beyond = encodings.problem_with(settings.encoding, settings.sample_rate, settings.bit_rate)
    if impossible:
        yield Wrong("sample_rate", *impossible, ("encoding",))
    elif beyond:
        yield Wrong("bit_rate", *beyond, ("encoding", "sample_rate"))
    if settings.encoding == "PCM" and (settings.channels or 1) > 1:
        wrong = f"PCM has no header that could say that there are {settings.channels} channels"
        remedy = "choose LINEAR16, which is the same with a header, or leave the channels out"
        yield Wrong("channels", wrong, remedy, ("encoding",))


def _not_made(settings: Settings, provider: str, capabilities: Capabilities) -> Iterator[Wrong]:
    """Tell what a vendor does not make sound in."""
    encoding = settings.encoding
    if encoding and encoding not in capabilities.encodings:
        remedy = _other_encoding(encoding, capabilities)
        yield Wrong("encoding", f"{provider} does not make {encoding}", remedy, ("provider",))
    elif encoding:
        yield from _rate_not_made(settings, provider, capabilities)
        yield from _bit_rate_not_made(settings, f"{provider} does not make {encoding}", capabilities)
    if settings.channels and settings.channels not in (capabilities.channels or (1,)):
        wrong = f"{provider} does not make {settings.channels} channels"
        yield Wrong("channels", wrong, "leave it out", ("provider",))


def _rate_not_made(settings: Settings, provider: str, capabilities: Capabilities) -> Iterator[Wrong]:
    encoding, rate, possible = settings.encoding or "", settings.sample_rate, capabilities.sample_rates
    rates = () if possible is None else possible.get(encoding, ())
    if not rate or possible is None or rate in rates:
        return
    if rates:
        wrong, remedy = f"{provider} does not make {encoding} at {rate:,} Hz", f"one of: {_listed(rates)} Hz"
    else:  # It may well make this very rate: its request has no field to ask for one.
        wrong = f"{provider} takes no sample rate with {encoding}"
        remedy = "leave it out; the target decides the file's rate"
    yield Wrong("sample_rate", wrong, remedy, ("provider", "encoding"))


def _other_encoding(encoding: str, capabilities: Capabilities) -> str:
    if encoding == "MP3_64_KBPS" and 64_000 in capabilities.bit_rates.get("MP3", ()):
        return "use MP3 with `bit_rate: 64000`"
    return f"one of: {', '.join(sorted(capabilities.encodings))}"


def _bit_rate_not_made(settings: Settings, wrong: str, capabilities: Capabilities) -> Iterator[Wrong]:
    rate, bits = settings.sample_rate, settings.bit_rate
    if not bits:
        return
    beside = ("provider", "encoding", "sample_rate")
    known = capabilities.bit_rates.get(settings.encoding or "", {})
    if bits not in known:
        remedy = f"one of: {_listed(known)} bit/s" if known else "leave it out; the vendor decides it"
        yield Wrong("bit_rate", f"{wrong} with {bits:,} bit/s", remedy, beside)
    elif rate and known[bits] and rate not in known[bits]:
        wrong, remedy = f"{wrong} with {bits:,} bit/s at {rate:,} Hz", f"one of: {_listed(known[bits])} Hz"
        yield Wrong("bit_rate", wrong, remedy, beside)


def _listed(numbers: Iterable[int]) -> str:
    return ", ".join(f"{number:,}" for number in numbers)


def _not_said(settings: Settings, provider: str, capabilities: Capabilities) -> Iterator[Wrong]:
    """Tell which ways of speaking a vendor does not take."""
    if settings.effects and not capabilities.effects.issuperset(settings.effects):
        strange = next(name for name in settings.effects if name not in capabilities.effects)
        yield Wrong("effects", f"{provider} has no effect `{strange}`", "leave it out", ("provider",))
    for key, neutral in providers.NEUTRAL.items():
        value, bounds = getattr(settings, key), capabilities.ranges.get(key)
        if value is None or (bounds is None and value == neutral):
            continue
        if bounds is None:
            yield Wrong(key, f"{provider} has no {key}", "leave it out", ("provider",))
        elif not bounds[0] <= value <= bounds[1]:
            low, high = bounds
            wrong = f"{value:g} is outside what {provider} takes, [{low:g}, {high:g}]"
            yield Wrong(key, wrong, f"choose a value from {low:g} to {high:g}", ("provider",))
