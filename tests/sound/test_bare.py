"""G.711 without its header, and with it again."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voicekit._sound import bare, riff

CODECS = {"MULAW": "pcm_mulaw", "ALAW": "pcm_alaw", "LINEAR16": "pcm_s16le"}


@given(st.sampled_from(sorted(CODECS)), st.binary(max_size=40), st.sampled_from([8_000, 16_000]))
def test_a_header_comes_off_and_goes_on_again(encoding: str, samples: bytes, rate: int) -> None:
    samples = b"\xff\x80" + samples + bytes(len(samples) % 2)
    whole = riff.write(samples, codec=CODECS[encoding], rate=rate)

    assert bare.bare(whole) == samples
    assert bare.headed(samples, encoding, rate) == whole


@pytest.mark.parametrize(
    "data",
    [
        b"", b'{"message": "the voice is out of order"}', b"<html><body>Not today.</body></html>", b"OggS\0and so on",
        riff.write(b"\xff\x80", codec="pcm_mulaw", rate=8_000),
    ],
)  # fmt: skip
def test_what_is_no_samples_is_left_to_be_judged(data: bytes) -> None:
    assert bare.headed(data, "MULAW", 8_000) == data


@pytest.mark.parametrize("data", [b"", b"ID3\x03", b"said by nobody"])
def test_there_is_nothing_to_take_off_other_bytes(data: bytes) -> None:
    assert bare.bare(data) == data


def test_it_is_light() -> None:
    import subprocess
    import sys

    code = "import sys, voicekit._sound.bare; print(sorted({'numpy', 'av'} & set(sys.modules)))"
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "[]"
