"""Vendors' words that say encoding, sample rate and bit rate in one, as ``mp3_44100_128``: chosen, and read. Imports nothing of ours."""

from collections.abc import Mapping
from typing import Any

Words = Mapping[str, Mapping[int, Mapping[int | None, str]]]
"""By encoding, sample rate (Hz) and bit rate (bit/s, or None where the word says none); what is asked for where nothing is stated comes first."""


def word_of(words: Words, encoding: str, sample_rate: int | None, bit_rate: int | None) -> str:
    """Return the word that asks for an encoding at these rates; the first that fits where one is not stated.

    Raises:
        LookupError: There is none; what is loaded is checked before.
    """
    for rate, inner in words[encoding].items():
        for bits, word in inner.items():
            if sample_rate in {None, rate} and bit_rate in {None, bits}:
                return word
    raise LookupError(f"no word says {encoding} at {sample_rate} Hz with {bit_rate} bit/s")


def rates(words: Words) -> Mapping[str, Any]:
    """Return what words can ask for, by the names of what `Capabilities` says of it."""
    return {
        "sample_rates": {encoding: tuple(sorted(inner)) for encoding, inner in words.items()},
        "bit_rates": {encoding: found for encoding, inner in words.items() if (found := _by_bit_rate(inner))},
    }


def _by_bit_rate(words: Mapping[int, Mapping[int | None, str]]) -> Mapping[int, tuple[int, ...]]:
    stated = sorted({bits for inner in words.values() for bits in inner if bits is not None})
    return {bits: tuple(sorted(rate for rate, inner in words.items() if bits in inner)) for bits in stated}


def read(words: Words) -> Mapping[str, tuple[str, int, int | None]]:
    """Return the encoding, sample rate (Hz) and bit rate (bit/s) that each word asks for."""
    return {
        word: (encoding, rate, bits)
        for encoding, inner in words.items()
        for rate, by_bits in inner.items()
        for bits, word in by_bits.items()
    }
