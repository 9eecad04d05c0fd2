"""Values that one family takes and another does not, over the families of every vendor that has SSML."""

from pathlib import Path

import pytest

import voicekit
from kit.projects import project
from voicekit import _capabilities as capabilities
from voicekit import checks, providers, ssml
from voicekit.errors import Place
from voicekit.model import Ask, Speech


def found(root: Path, vendor: str, family: str, element: str) -> list[str]:
    """Return what VK309 says of an element in a voice family, and what to do."""
    loaded = voicekit.load(project(root))
    pack, place = loaded.packs[0], Place("prompts.yaml", 2)
    tree = ssml.parse(element)
    ask = Ask(None, ssml.serialise(tree), "en-US", "a-voice", "LINEAR16")
    row = checks.Row(
        pack=pack,
        prompt=pack.prompts[0],
        profile=pack.profiles[0],
        speech=Speech(tree, place),
        asks=(ask,),
        text="a",
        provider="google",
        capabilities=providers.get("google").capabilities,
        family=capabilities.find()[vendor].families[family],
        sizes=(1,),
    )
    findings = checks.look(loaded, [row], [], only=[checks.find()["VK309"]])
    return [f"{finding.message} → {finding.remedy}" for finding in findings]


@pytest.mark.parametrize(
    ("vendor", "family", "element"),
    [
        ("google", "Neural2", '<say-as interpret-as="number_digit">12</say-as>'),
        ("elevenlabs", "eleven_turbo_v2", '<break strength="strong"/>'),  # is written as a time
        (
            "elevenlabs",
            "eleven_turbo_v2",
            '<speak version="1.1" xmlns="http://www.w3.org/2001/10/synthesis" xml:lang="en-GB">a</speak>',
        ),
        ("google", "Chirp3-HD", '<say-as interpret-as="bleep">a</say-as>'),  # VK506
        ("google", "Neural2", '<voice name="en-US-Wavenet-A">a</voice>'),  # VK310
        ("google", "Neural2", '<say-as interpret-as="date" format="yyyymmdd">20260102</say-as>'),
        ("google", "Neural2", '<prosody rate="0.8" pitch="+12.5%" volume="50">a</prosody>'),
        ("google", "Neural2", '<prosody rate="default" xmlns:x="y" x:z="1">a</prosody>'),
        ("google", "Neural2", '<prosody rate="zigzag" speed="1">a</prosody>'),  # VK107
        ("google", "Neural2", '<sub alias="">a</sub>'),  # VK106
        ("google", "Chirp3-HD", '<prosody pitch="20Hz">a</prosody>'),  # VK304
        ("google", "Journey", '<say-as interpret-as="address">a</say-as>'),  # VK303
        ("polly", "neural", '<break time="25s"/>'),  # becomes three
        ("polly", "neural", '<say-as interpret-as="characters">12</say-as>'),
        ("azure", "neural", '<prosody pitch="+20Hz" rate="1.5" contour="(0%,+20Hz)">a</prosody>'),
    ],
)
def test_what_is_taken_or_told_elsewhere_is_left_alone(
    tmp_path: Path, vendor: str, family: str, element: str
) -> None:
    assert found(tmp_path, vendor, family, element) == []


@pytest.mark.parametrize(
    ("vendor", "family", "element", "says", "remedy"),
    [
        ("google", "Neural2", '<say-as interpret-as="name">a</say-as>', 'interpret-as="name"', "write one of bleep, cardinal"),
        ("google", "Neural2", '<prosody pitch="10%">a</prosody>', 'pitch="10%"', "write ±Nst ±N% or one of high"),
        ("google", "Neural2", '<prosody contour="(0%,+20Hz)">a</prosody>', "`contour`", "taken are `rate`"),
        ("google", "Studio", '<prosody pitch="+2st">a</prosody>', "`pitch`", "`rate`, `volume`"),
        ("google", "Neural2", '<p xml:lang="es-US">a</p>', "`xml:lang`", "leave it out"),
        ("google", "Neural2", '<audio src="ftp://sounds.example/a"/>', "ftp://", "https://"),
        ("google", "Chirp3-HD", '<say-as interpret-as="address">a</say-as>', "address", "write one of cardinal"),
        ("polly", "neural", '<prosody rate="10%">a</prosody>', 'rate="10%"', "at least 0.2 times the voice's own"),
        ("polly", "neural", '<phoneme alphabet="sapi" ph="a">a</phoneme>', "sapi", "ipa"),
        ("azure", "neural", '<prosody rate="3">a</prosody>', 'rate="3"', "at most 2 times the voice's own"),
    ],
)  # fmt: skip
def test_what_cannot_be_said_in_other_words_is_named(
    tmp_path: Path, vendor: str, family: str, element: str, says: str, remedy: str
) -> None:
    (one,) = found(tmp_path, vendor, family, element)

    assert says in one
    assert remedy in one.partition(" → ")[2]
