from pathlib import Path

import pytest

from kit.projects import project, wrong

ELEVENLABS = "provider: elevenlabs\nlanguage: en-US\nvoice: JBFqnCBsd6RMkjVDRZzb\n"
MINIMAX = "provider: minimax-302ai\nlanguage: en-US\nvoice: English_expressive_narrator\n"
AZURE = "provider: azure\nlanguage: en-US\nvoice: en-US-JennyNeural\n"
FISH = "provider: fish-302ai\nlanguage: en-US\nvoice: 738d0cc1a3e9430a9de2b544a466a7fc\n"
GOOGLE = "provider: google\nlanguage: en-US\nvoice: en-US-Neural2-F\n"


def told(root: Path, profile: str) -> list[tuple[int | None, str]]:
    """Return the line and the message of each complaint about a profile."""
    return [(line, message) for _, line, message in wrong(project(root, {"profiles/en.yaml": profile}))]


@pytest.mark.parametrize(
    "profile",
    [
        ELEVENLABS + "encoding: MP3\nbit_rate: 192000\n",
        ELEVENLABS + "encoding: MP3\nsample_rate: 22050\nbit_rate: 32000\n",
        ELEVENLABS + "encoding: OGG_OPUS\nbit_rate: 64000\nchannels: 1\n",
        MINIMAX + "encoding: MP3\nbit_rate: 256000\nchannels: 2\n",
        MINIMAX + "encoding: FLAC\nchannels: 2\n",
        AZURE + "encoding: MP3\nsample_rate: 48000\nbit_rate: 96000\n",
        AZURE + "encoding: WEBM_OPUS\nbit_rate: 24000\n",
        FISH + "encoding: OGG_OPUS\nbit_rate: 24000\n",
        GOOGLE + "encoding: MP3\nchannels: 1\n",
    ],
)
def test_what_a_vendor_can_be_asked_for_is_taken(tmp_path: Path, profile: str) -> None:
    assert told(tmp_path, profile) == []


@pytest.mark.parametrize(
    ("profile", "words"),
    [
        (ELEVENLABS + "encoding: MP3\nbit_rate: 256000\n", ("bit_rate", "elevenlabs does not make MP3 with 256,000 bit/s")),
        (AZURE + "encoding: MP3\nsample_rate: 16000\nbit_rate: 96000\n", ("bit_rate", "azure does not make MP3 with 96,000 bit/s at 16,000 Hz")),
        (FISH + "encoding: LINEAR16\nsample_rate: 44100\n", ("sample_rate", "fish-302ai takes no sample rate with LINEAR16")),
        (MINIMAX + "encoding: FLAC\nsample_rate: 48000\n", ("sample_rate", "minimax-302ai does not make FLAC at 48,000 Hz")),
        (MINIMAX + "encoding: FLAC\nbit_rate: 64000\n", ("bit_rate", "FLAC has no bit rate to choose")),
        (MINIMAX + "encoding: MP3\nsample_rate: 24000\nbit_rate: 256000\n", ("bit_rate", "MP3 cannot have 256000 bit/s at 24000 Hz")),
        (MINIMAX + "encoding: PCM\nchannels: 2\n", ("channels", "PCM has no header that could say that there are 2 channels")),
        (GOOGLE + "encoding: MP3\nbit_rate: 64000\n", ("bit_rate", "google does not make MP3 with 64,000 bit/s")),
        (GOOGLE + "encoding: LINEAR16\nchannels: 2\n", ("channels", "google does not make 2 channels")),
        (ELEVENLABS + "encoding: MP3\nbit_rate: 5999\n", ("bit_rate", "5999")),
        (ELEVENLABS + "encoding: MP3\nbit_rate: fast\n", ("bit_rate", "expected a number, found text")),
        (MINIMAX + "encoding: MP3\nchannels: 3\n", ("channels", "3")),
        (MINIMAX + "encoding: MP3\nchannels: 1.5\n", ("channels", "whole number")),
    ],
)  # fmt: skip
def test_what_it_cannot_is_told_where_it_stands(tmp_path: Path, profile: str, words: tuple[str, str]) -> None:
    found = told(tmp_path, profile)

    last = profile.count("\n")
    assert {line for line, _ in found} == {last}
    assert any(all(word in message for word in words) for _, message in found), found


def test_a_bit_rate_that_a_childs_sample_rate_rules_out_is_told_at_the_child(tmp_path: Path) -> None:
    files = {
        "profiles/base.yaml": AZURE + "encoding: MP3\nbit_rate: 192000\n",
        "profiles/en.yaml": "extends: base\n\nsample_rate: 24000\n",
    }
    found = wrong(project(tmp_path, files))

    assert {row[:2] for row in found} == {("profiles/en.yaml", 3)}


def test_googles_name_for_64_kbit_is_told_in_everyones_words(tmp_path: Path) -> None:
    ((line, message),) = told(tmp_path, ELEVENLABS + "encoding: MP3_64_KBPS\n")

    assert line == 4
    assert "elevenlabs does not make MP3_64_KBPS" in message
    assert told(tmp_path, ELEVENLABS + "encoding: MP3\nbit_rate: 64000\n") == []
