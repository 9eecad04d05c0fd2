"""Polly's voices and languages. Imports nothing of ours.

Source: botocore's service model 1.44.5 (P) for every name and code. Who speaks what: AWS's table of voices as its sample code had it in 2023, and
the guide's pages on bilingual voices of 2021 and on available voices of 2026 as far as they are at hand (P). Of the newest voices nothing
but the name is known. Which engine a voice has changes too often to be held against a request.
"""

from collections.abc import Mapping
from typing import Final

from attrs import frozen


@frozen
class Speaker:
    """A voice.

    Attributes:
        languages: Its own code first; empty where nobody knows it, and a request has to say.
    """

    name: str
    languages: tuple[str, ...] = ()
    female: bool = True


# Code, name, women, men.
_TABLE = (
    ("ar-AE", "Gulf Arabic", "Hala", "Zayd"),
    ("arb", "Arabic", "Zeina", ""),
    ("ca-ES", "Catalan", "Arlet", ""),
    ("cmn-CN", "Chinese Mandarin", "Zhiyu", ""),
    ("cs-CZ", "Czech", "Jitka", ""),
    ("cy-GB", "Welsh", "Gwyneth", ""),
    ("da-DK", "Danish", "Naja Sofie", "Mads"),
    ("de-AT", "German", "Hannah", ""),
    ("de-CH", "Swiss Standard German", "", ""),
    ("de-DE", "German", "Marlene Vicki", "Daniel Hans"),
    ("en-AU", "Australian English", "Nicole Olivia", "Russell"),
    ("en-GB", "British English", "Amy Emma", "Arthur Brian"),
    ("en-GB-WLS", "Welsh English", "", "Geraint"),
    ("en-IE", "Irish English", "Niamh", ""),
    ("en-IN", "Indian English", "Aditi Kajal Raveena", ""),
    ("en-NZ", "New Zealand English", "Aria", ""),
    ("en-SG", "Singaporean English", "", ""),
    (
        "en-US",
        "US English",
        "Danielle Ivy Joanna Kendra Kimberly Ruth Salli",
        "Gregory Joey Justin Kevin Matthew Stephen",
    ),
    ("en-ZA", "South African English", "Ayanda", ""),
    ("es-ES", "Castilian Spanish", "Conchita Lucia", "Enrique Sergio"),
    ("es-MX", "Mexican Spanish", "Mia", "Andres"),
    ("es-US", "US Spanish", "Lupe Penelope", "Miguel Pedro"),
    ("fi-FI", "Finnish", "Suvi", ""),
    ("fr-BE", "Belgian French", "Isabelle", ""),
    ("fr-CA", "Canadian French", "Chantal Gabrielle", "Liam"),
    ("fr-FR", "French", "Celine Lea", "Mathieu Remi"),
    ("hi-IN", "Hindi", "", ""),
    ("is-IS", "Icelandic", "Dora", "Karl"),
    ("it-IT", "Italian", "Bianca Carla", "Adriano Giorgio"),
    ("ja-JP", "Japanese", "Kazuha Mizuki Tomoko", "Takumi"),
    ("ko-KR", "Korean", "Seoyeon", ""),
    ("nb-NO", "Norwegian", "Ida Liv", ""),
    ("nl-BE", "Belgian Dutch", "Lisa", ""),
    ("nl-NL", "Dutch", "Laura Lotte", "Ruben"),
    ("pl-PL", "Polish", "Ewa Maja Ola", "Jacek Jan"),
    ("pt-BR", "Brazilian Portuguese", "Camila Vitoria", "Ricardo Thiago"),
    ("pt-PT", "Portuguese", "Ines", "Cristiano"),
    ("ro-RO", "Romanian", "Carmen", ""),
    ("ru-RU", "Russian", "Tatyana", "Maxim"),
    ("sv-SE", "Swedish", "Astrid Elin", ""),
    ("tr-TR", "Turkish", "Burcu Filiz", ""),
    ("yue-CN", "Cantonese", "Hiujin", ""),
)
_UNPLACED = (
    "Ambre Arjun Beatrice Carlos Carolina Curtis Florian Hyunduk Jasmine Jihye Kenneth Kiara Lennart Leo Lorenzo Nate Sabrina "
    "Tiffany Tina"
)
_BILINGUAL = {"Aditi": ("hi-IN",), "Kajal": ("hi-IN",)}

LANGUAGES: Final[Mapping[str, str]] = {code: title for code, title, _, _ in _TABLE}
VOICES: Final[Mapping[str, Speaker]] = {
    **{
        name: Speaker(name, (code, *_BILINGUAL.get(name, ())), female)
        for code, _, women, men in _TABLE
        for female, names in ((True, women), (False, men))
        for name in names.split()
    },
    **{name: Speaker(name) for name in _UNPLACED.split()},
}
# Fully bilingual, the guide says; in which second language it is not said where it is at hand.
OPEN: Final = frozenset({"Hala", "Zayd"})
_TAGS: Final = {"arb": "ar"}
# Other tags of what Polly has one code for.
_ALSO: Final = {"ar": "arb", "zh-cn": "cmn-CN", "zh": "cmn-CN", "zh-hk": "yue-CN", "yue-hk": "yue-CN"}
_CODES: Final = {code.lower(): code for code in LANGUAGES} | _ALSO


def code(language: str) -> str | None:
    """Return Polly's code of a BCP-47 tag, or None where it has none."""
    return _CODES.get(language.lower())


def tag(code: str) -> str:
    """Return the BCP-47 tag by which everybody else knows one of Polly's codes."""
    return _TAGS.get(code, code)
