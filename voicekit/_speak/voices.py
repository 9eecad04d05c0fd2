"""Which embedded voice stands in for a vendor's. Imports engines, _capabilities, providers and errors.

A language takes the nearest voice that the engine has. Within a language, the vendor's voices are told apart by variants
of it: the same name always gives the same variant, women's names a woman's where the vendor says which they are.
"""

import hashlib
import re

from attrs import frozen

from voicekit import engines
from voicekit._capabilities import google
from voicekit.engines import Engine, EngineVoice, Gender
from voicekit.errors import SoundError
from voicekit.providers import _polly_voices as polly

DEFAULT_ENGINE = "espeak-ng"

# Google's Chirp3-HD and Gemini voices.
_FEMALE = [name.lower() for name in google.WOMEN]
_MALE = [name.lower() for name in google.MEN]
# By convention, Google's letters: in American English these are women, in other languages mostly the odd ones.
_FEMALE_LETTERS_US = frozenset("CEFGHKLOZ")
_FEMALE_LETTERS = frozenset("ACEGIKMOQSUWYF")
# What a tag's speakers understand best when there is no voice of their own region, and codes with two names.
_NEAREST = {
    "no": "nb",
    "iw": "he",
    "in": "id",
    "zh-HK": "yue",
    "cmn-HK": "yue",
    "zh": "cmn",
    "sh": "hbs",
    "ar-XA": "ar",
}
_LATIN_AMERICA = frozenset(
    [
        "AR",
        "BO",
        "BR",
        "CL",
        "CO",
        "CR",
        "CU",
        "DO",
        "EC",
        "GT",
        "HN",
        "MX",
        "NI",
        "PA",
        "PE",
        "PR",
        "PY",
        "SV",
        "US",
        "UY",
        "VE",
        "419",
    ]
)
_BRITISH = frozenset(
    ["AU", "GB", "GG", "IE", "IM", "IN", "JE", "KE", "MT", "NG", "NZ", "SG", "ZA", "HK", "TZ"]
)
_LETTER = re.compile(r"(?:^|[-_])([A-Z])$")
_SUBTAGS = 8  # of a tag that are looked at; no voice's has half as many
_LOCALE = re.compile(r"^([a-z]{2,3}-(?:[A-Z]{2}|\d{3}))-")


@frozen
class Chosen:
    """An engine's voice, and its variant."""

    voice: EngineVoice
    variant: str = ""


def engine() -> Engine:
    """Return the engine that speaks: espeak-ng, or the first by name where somebody took it out."""
    found = engines.find()
    return found.get(DEFAULT_ENGINE) or found[min(found)]


def voices() -> tuple[EngineVoice, ...]:
    """Return every voice of the embedded engine."""
    return engine().voices()


def language_of(voice_name: str) -> str | None:
    """Return the language that a vendor's voice name begins with, as ``en-US-Neural2-F`` does."""
    found = _LOCALE.match(voice_name)
    return found[1] if found else None


def choose(language: str, voice_name: str = "", gender: Gender | None = None) -> Chosen:
    """Choose the voice and variant for what a vendor would call these.

    Args:
        language: A BCP-47 tag.
        voice_name: The vendor's voice name; "" is the engine's voice as it is.
        gender: What an SSML ``<voice gender>`` asks for, when there is no name.

    Raises:
        SoundError: No embedded voice speaks the language.
    """
    found = _nearest(language)
    if found is None:
        raise SoundError.of(
            f"no embedded voice speaks {language[:40]!r}",
            remedy="`voicekit voices` lists the languages; take another, or another endpoint",
        )
    return Chosen(found, _variant(language, voice_name, gender))


def spoken(language: str) -> bool:
    """Whether an embedded voice speaks a language, by its BCP-47 tag."""
    return _nearest(language) is not None


def _nearest(language: str) -> EngineVoice | None:
    known: dict[str, EngineVoice] = {}
    for voice in voices():
        known.setdefault(voice.language.lower(), voice)
    return next((known[tag.lower()] for tag in _candidates(language) if tag.lower() in known), None)


def _candidates(language: str) -> list[str]:
    """The tags to try, nearest first: the tag, its region's common form, then its prefixes (RFC 4647 lookup)."""
    parts = language.split("-")[:_SUBTAGS]
    tags = ["-".join(parts[:count]) for count in range(len(parts), 0, -1)]
    primary, region = tags[-1].lower(), language.rpartition("-")[2].upper()
    if primary == "es" and region in _LATIN_AMERICA:
        tags.insert(1, "es-419")
    if primary == "en" and region in _BRITISH:
        tags.insert(1, "en-GB")
    if primary == "en" and language != "en-GB":
        tags.insert(len(tags) - 1, "en-US")
    canonical = primary + language[len(primary) :]
    nearest = [_NEAREST[tag] for tag in (canonical, *tags, primary) if tag in _NEAREST]
    # A Hong Kong tag means Cantonese before anything that its first subtag says.
    return nearest + tags if canonical in _NEAREST else tags + nearest


def _variant(language: str, voice_name: str, gender: Gender | None) -> str:
    if not voice_name and gender is None:
        return ""
    pools = engine().variants
    short = re.split(r"[-_ ]", voice_name)[-1].lower()
    for known, kind in ((_FEMALE, "female"), (_MALE, "male")):
        if short in known:
            pool = pools["female" if kind == "female" else "male"]
            return pool[known.index(short) % len(pool)]
    told = gender or _by_name(voice_name) or _by_letter(language, voice_name)
    kind = told or ("female", "male")[_hash(voice_name) % 2]
    pool = pools["female" if kind == "female" else "male"]
    letter = _LETTER.search(voice_name)
    if letter is None:
        return pool[_hash(voice_name) // 2 % len(pool)]
    # Neighbouring letters of one family never meet; two families start at different places.
    return pool[(ord(letter[1]) + _hash(voice_name[: letter.start()])) % len(pool)]


def _by_name(voice_name: str) -> Gender | None:
    """Return what is known of one of Polly's voices, or what a name says itself, as stand-ins' in vendors' lists do."""
    known = polly.VOICES.get(voice_name)
    if known is not None and known.languages:
        return "female" if known.female else "male"
    name = voice_name.lower()
    return "female" if "female" in name else "male" if "male" in name else None


def _by_letter(language: str, voice_name: str) -> Gender | None:
    letter = _LETTER.search(voice_name)
    if letter is None:
        return None
    women = _FEMALE_LETTERS_US if language == "en-US" else _FEMALE_LETTERS
    return "female" if letter[1] in women else "male"


def _hash(name: str) -> int:
    return int.from_bytes(hashlib.sha256(name.encode("utf-8", "replace")).digest()[:8], "big")
