"""Fills the parts of docs/reference that the program itself can tell. Run it with `make docs`.

A page says where: everything between `<!-- made: NAME -->` and `<!-- end -->` is written by the function NAME below.
`tests/test_docs.py` holds the result against what is checked in. Uses voicekit's command line and its tables.
"""

import inspect
import os
import re
import subprocess
import sys
from collections.abc import Iterable, Mapping, Sequence
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from voicekit.model import Capabilities

REFERENCE = Path(__file__).parent / "reference"
_TESTS = Path(__file__).parent.parent / "tests"
_PART = re.compile(r"(?P<begin><!-- made: (?P<name>\w+) -->\n).*?(?P<end><!-- end -->\n)", re.DOTALL)


def fill(page: str) -> str:
    """Return a page with its made parts written anew."""
    return _PART.sub(
        lambda part: f"{part['begin']}\n{MADE[part['name']]().strip()}\n\n{part['end']}",
        page,
    )


def main() -> None:
    """Fill every page."""
    for path in sorted(REFERENCE.glob("*.md")):
        before = path.read_text(encoding="utf-8")
        after = fill(before)
        if after != before:
            path.write_text(after, encoding="utf-8")
            print(f"docs/reference/{path.name}")


def verbs() -> str:
    """The program's help, and each verb's."""
    from voicekit import cli

    found = cli.find()
    return "\n".join([_help(()), *(f"## voicekit {verb}\n\n{_help((verb,))}" for verb in found)])


def _help(verb: Sequence[str]) -> str:
    environment = {**os.environ, "COLUMNS": "100", "NO_COLOR": "1", "PYTHONIOENCODING": "utf-8"}
    command = [sys.executable, "-m", "voicekit", *verb, "--help"]
    done = subprocess.run(command, check=True, capture_output=True, encoding="utf-8", env=environment)  # noqa: S603
    return f"```text\n{done.stdout.rstrip()}\n```\n"


def rules() -> str:
    """Each check's own words."""
    from voicekit import checks

    return checks.page()


def ranges() -> str:
    """The settings that are numbers."""
    from voicekit import _limits as limits

    rows = (
        ("pitch", limits.PITCH, "semitones", "0 changes nothing"),
        ("rate", limits.RATE, "factor", "1.0 changes nothing; 0.0 takes back the rate of a base profile"),
        ("gain", limits.GAIN, "dB", "0 changes nothing"),
        ("sample_rate", limits.SAMPLE_RATE, "Hz", "the encoding narrows it; unstated: the voice's own"),
        (
            "bit_rate",
            limits.BIT_RATE,
            "bit/s",
            "the encoding and the vendor narrow it; unstated: the vendor's usual",
        ),
        ("channels", limits.CHANNELS, "", "unstated: the vendor's usual, which is one"),
    )
    return _table(
        ("key", "from", "to", "unit", "note"),
        ((f"`{key}`", f"{low:,}", f"{high:,}", unit, note) for key, (low, high), unit, note in rows),
    )


def effects() -> str:
    """The device classes."""
    from voicekit import _limits as limits

    return "\n".join(f"- `{name}`" for name in limits.EFFECTS)


def encodings() -> str:
    """The encodings and what they can have."""
    from voicekit._sound.encodings import ENCODINGS

    return _table(
        ("encoding", "container", "codec", "sample rates, Hz", "file", "known to synthesis"),
        (
            (
                f"`{one.name}`",
                one.container,
                one.codec,
                " · ".join(f"{rate:,}" for rate in one.rates) or "any in the range",
                f"`{one.extension}`",
                "yes" if one.synthesis else "no (VK305)",
            )
            for one in ENCODINGS.values()
        ),
    )


def bit_rates() -> str:
    """Which vendors can be asked for a bit rate."""
    from voicekit import providers

    rows: dict[tuple[str, str], list[str]] = {}
    for one in providers.find().values():
        for encoding, known in one.capabilities.bit_rates.items():
            rows.setdefault((f"`{encoding}`", _bits(known)), []).append(f"`{one.name}`")
    return _table(
        ("provider", "encoding", "bit/s"),
        ((", ".join(names), encoding, bits) for (encoding, bits), names in rows.items()),
    )


def _bits(known: Mapping[int, tuple[int, ...]]) -> str:
    """Write bit rates (bit/s), with the sample rates (Hz) of those that have only some."""
    places: dict[tuple[int, ...], list[str]] = {}
    for bits, rates in known.items():
        places.setdefault(rates, []).append(f"{bits:,}")
    return "; ".join(
        " · ".join(bits) + (f" at {' · '.join(f'{rate:,}' for rate in rates)} Hz" if rates else "")
        for rates, bits in places.items()
    )


def wires() -> str:
    """The providers."""
    from voicekit import providers

    return _table(
        ("provider", "call", "most in one request", "sent though not on the vendor's page"),
        (
            (
                f"`{one.name}`",
                f"`{' '.join(one.route)}`",
                f"{one.capabilities.limit:,} {one.capabilities.unit}",
                _words(sorted(one.capabilities.undocumented)) or "–",
            )
            for one in providers.find().values()
        ),
    )


_ALL_WIRES = "server/test_wires"
# Vendors' own clients, each with the test that holds wires against it, and those wires.
_CLIENTS = (
    ("google-cloud-texttospeech", "test_google_client", ("google", "google-v1beta1")),
    ("openai", "test_openai", ("openai", "openai-302ai")),
    ("openai", "test_siliconflow", ("siliconflow-302ai",)),
    ("elevenlabs", "test_elevenlabs", ("elevenlabs",)),
    ("botocore", "test_polly", ("polly",)),
    ("cli-302ai", "test_unified_v2", ("unified-v2-302ai", "unified-v2-async-302ai")),
    ("fish-audio-sdk", "test_fish_client", ("fish-302ai",)),
)


def evidence() -> str:
    """What each wire can do, and the test that shows it."""
    from voicekit import providers

    served = _link("spoken there and back", _ALL_WIRES)
    rows = []
    for one in providers.find().values():
        test = _test_of(one.name)
        rows.append(
            (
                f"`{one.name}`",
                _link(f"`{' '.join(one.route)}`", test),
                served,
                _judges(one.name),
                _link(f"{one.capabilities.limit:,} {one.capabilities.unit}", test),
                _link(_price(one.capabilities), test),
                _unknown(one.capabilities),
            )
        )
    head = ("provider", "encode", "serve", "its own client", "most in one request", "USD", "not known")
    return _table(head, rows)


def _test_of(name: str) -> str:
    """Return a provider's test: named as its name begins, or naming it first, or that of all wires."""
    tests = {path.stem: path for path in sorted(_TESTS.glob("providers/test_*.py"))}
    begins = [stem for stem in tests if name.replace("-", "_").startswith(stem.removeprefix("test_"))]
    if begins:
        return f"providers/{max(begins, key=len)}"
    names = (stem for stem, path in tests.items() if f'"{name}"' in path.read_text(encoding="utf-8"))
    return next((f"providers/{stem}" for stem in names), _ALL_WIRES)


def _judges(name: str) -> str:
    found = ((client, test) for client, test, wires in _CLIENTS if name in wires)
    return ", ".join(_link(client, f"providers/{test}") for client, test in found) or "–"


def _link(words: str, test: str) -> str:
    return f"[{words}](../../tests/{test}.py)"


def _price(capabilities: "Capabilities") -> str:
    prices = sorted({family.price for family in capabilities.families.values() if family.price})
    if not prices:
        return "not known"
    ends = f"{prices[0]:g}" if len(prices) == 1 else f"{prices[0]:g} to {prices[-1]:g}"
    return f"{ends}, {capabilities.priced}"


def _unknown(capabilities: "Capabilities") -> str:
    named = [family.name for family in capabilities.families.values() if not family.price]
    price = "what it costs" if len(named) == len(capabilities.families) else ""
    some = f"what these cost: {_words(named)}" if named and not price else ""
    sent = f"what becomes of {_words(sorted(capabilities.undocumented))}" if capabilities.undocumented else ""
    return "; ".join(part for part in (capabilities.unproven, sent, price, some) if part) or "–"


def families() -> str:
    """The voice families, and what they cost where."""
    from voicekit import providers

    rows: dict[tuple[str, ...], dict[str, list[str]]] = {}
    for provider in providers.find().values():
        for name, family in provider.capabilities.families.items():
            facts = (f"{fact.support} ({fact.grade})" for fact in (family.ssml, family.pitch, family.rate))
            price = f"{family.price:g}" if family.price else "not known"
            rows.setdefault((name, *facts), {}).setdefault(price, []).append(provider.name)
    head = ("family", "SSML", "pitch", "rate", "USD")
    return _table(
        head,
        (
            (*row, " · ".join(f"{price}: {_words(names)}" for price, names in at.items()))
            for row, at in rows.items()
        ),
    )


def platforms() -> str:
    """The targets."""
    from voicekit import targets

    return _table(
        ("target", "container", "codec", "Hz", "file", "what it is"),
        (
            (
                f"`{name}`",
                one.container,
                one.codec,
                f"{one.sample_rate:,}",
                f"`{one.extension}`",
                _words_of(f"voicekit.targets.{name}").splitlines()[0],
            )
            for name, one in targets.find().items()
        ),
    )


def _words_of(module: str) -> str:
    return inspect.cleandoc(import_module(module).__doc__ or "")


def _words(words: Iterable[str]) -> str:
    return ", ".join(f"`{word}`" for word in words)


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    return "\n".join(f"| {' | '.join(cells)} |" for cells in (head, ["---"] * len(head), *rows)) + "\n"


def voices() -> str:
    """What each family of each vendor takes."""
    from voicekit import _capabilities

    return _capabilities.table()


MADE = {
    made.__name__: made
    for made in (
        verbs,
        rules,
        ranges,
        effects,
        encodings,
        bit_rates,
        wires,
        evidence,
        families,
        platforms,
        voices,
    )
}

if __name__ == "__main__":
    main()
