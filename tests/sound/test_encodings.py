import subprocess
import sys

import pytest

from voicekit._sound.encodings import ENCODINGS, problem_with

PAGE = "MP3 FLAC LINEAR16 MULAW AMR AMR_WB OGG_OPUS SPEEX_WITH_HEADER_BYTE WEBM_OPUS"
PROTO = "LINEAR16 MP3 MP3_64_KBPS OGG_OPUS MULAW ALAW PCM M4A"


def test_every_name_of_the_page_and_of_the_proto_is_known_and_openais_aac() -> None:
    assert set(ENCODINGS) == {*PAGE.split(), *PROTO.split(), "AAC"}
    assert {name for name, encoding in ENCODINGS.items() if encoding.synthesis} == set(PROTO.split())


@pytest.mark.parametrize("name", ENCODINGS)
def test_each_encoding_is_fine_at_its_own_rates(name: str) -> None:
    encoding = ENCODINGS[name]

    assert encoding.name == name
    assert encoding.extension.startswith(".")
    assert all(problem_with(name, rate) is None for rate in (None, encoding.default_rate, *encoding.rates))


@pytest.mark.parametrize(
    ("name", "rate", "message", "remedy"),
    [
        ("MULLAW", 8000, "MULLAW", "MULAW"),
        ("ogg_opus", None, "ogg_opus", "OGG_OPUS"),
        ("???", None, "???", "LINEAR16, PCM"),
        ("OGG_OPUS", 44_100, "OGG_OPUS cannot have 44100 Hz", "one of 8000, 12000, 16000, 24000, 48000"),
        ("AMR", 16_000, "AMR cannot have 16000 Hz", "use 8000"),
        ("MP3", 96_000, "96000", "48000"),
        ("LINEAR16", 3_999, "3999", "4000 to 192000 Hz"),
        ("FLAC", 192_001, "192001", "4000 to 192000 Hz"),
        ("PCM", 0, "PCM cannot have 0 Hz", "4000"),
    ],
)
def test_what_is_wrong_is_said_with_a_remedy(name: str, rate: int | None, message: str, remedy: str) -> None:
    problem = problem_with(name, rate)

    assert problem is not None
    assert message in problem[0]
    assert remedy in problem[1]


@pytest.mark.parametrize(
    ("name", "rate", "bit_rate", "message", "remedy"),
    [
        ("MP3", 24_000, 192_000, "MP3 cannot have 192000 bit/s at 24000 Hz", "144000, 160000"),
        ("MP3", 44_100, 24_000, "MP3 cannot have 24000 bit/s at 44100 Hz", "one of 32000"),
        ("MP3", None, 100_000, "MP3 cannot have 100000 bit/s", "one of 8000"),
        ("MP3_64_KBPS", None, 64_000, "no bit rate but that of its name", "MP3"),
        ("OGG_OPUS", 48_000, 5_999, "OGG_OPUS cannot have 5999 bit/s", "6000 to 510000"),
        ("WEBM_OPUS", None, 510_001, "510001", "6000 to 510000"),
        ("LINEAR16", 8_000, 128_000, "LINEAR16 has no bit rate to choose", "leave it out"),
        ("AAC", None, 128_000, "AAC has no bit rate to choose", "leave it out"),
        ("AMR", 16_000, 12_200, "AMR cannot have 16000 Hz", "use 8000"),
    ],
)
def test_a_bit_rate_that_cannot_be_is_said_with_a_remedy(
    name: str, rate: int | None, bit_rate: int, message: str, remedy: str
) -> None:
    problem = problem_with(name, rate, bit_rate)

    assert problem is not None
    assert message in problem[0]
    assert remedy in problem[1]


@pytest.mark.parametrize("module", ["encodings", "codecs", "containers", "devices"])
def test_light_modules_load_neither_numpy_nor_av(module: str) -> None:
    code = (
        f"import sys, voicekit._sound.{module} as m; getattr(m, 'codec_version', str)(); print(*sys.modules)"
    )

    loaded = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    ).stdout.split()

    assert f"voicekit._sound.{module}" in loaded
    assert not {"numpy", "av"} & set(loaded)
