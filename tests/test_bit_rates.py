"""A bit rate and channels, from a profile to the file: asked for, made, and looked for in what comes back."""

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest
from attrs import evolve

import voicekit
from kit import projects
from kit.local_server import on_socket
from kit.sounds import sine
from voicekit import _say
from voicekit._run import Result
from voicekit._server import App, make_app
from voicekit._sound import codecs, probe
from voicekit.model import Artefact, Ask, Plan, Sound

ELEVENLABS = "provider: elevenlabs\nlanguage: en-US\nvoice: JBFqnCBsd6RMkjVDRZzb\nencoding: MP3\n"
MINIMAX = "provider: minimax-302ai\nlanguage: en-US\nvoice: English_expressive_narrator\nencoding: MP3\n"
AZURE = "provider: azure\nlanguage: en-US\nvoice: en-US-JennyNeural\nencoding: MP3\n"
FISH = "provider: fish-302ai\nlanguage: en-US\nvoice: 738d0cc1a3e9430a9de2b544a466a7fc\nencoding: MP3\n"
OPENAI = "provider: openai\nlanguage: en-US\nvoice: alloy\nencoding: AAC\n"
POINTED = "name: mill\npacks: {phone: {prompts: prompts.yaml, profiles: [en], endpoint: vendor}}\n"


def planned(root: Path, profile: str, **files: str) -> Plan:
    plan: Plan = voicekit.plan(voicekit.load(projects.project(root, {"profiles/en.yaml": profile, **files})))
    return plan


def built(root: Path, profile: str, files: dict[str, str] | None = None) -> tuple[Artefact, bytes]:
    projects.project(root, {"profiles/en.yaml": profile, **(files or {})})
    (made,) = voicekit.build(voicekit.load(root), via="embedded").written
    return made, (root / "build/phone" / made.file).read_bytes()


# --- asked for ------------------------------------------------------------------------------------------


def test_a_stated_bit_rate_is_another_request_and_an_unstated_one_the_same_as_ever(tmp_path: Path) -> None:
    def row(stated: str) -> Any:
        (found,) = planned(tmp_path, ELEVENLABS + stated).requests
        return found

    usual, same, other = row(""), row("bit_rate: 128000\n"), row("bit_rate: 192000\n")

    assert dict(usual.call.query) == dict(same.call.query) == {"output_format": "mp3_44100_128"}
    assert dict(other.call.query) == {"output_format": "mp3_44100_192"}
    assert usual.request_key == same.request_key != other.request_key


def test_one_channel_says_nothing_where_there_is_no_field_for_it(tmp_path: Path) -> None:
    (without,) = planned(tmp_path, OPENAI).requests
    (one,) = planned(tmp_path, OPENAI + "channels: 1\n").requests

    assert one.request_key == without.request_key
    assert "channel" not in json.loads(one.call.body)


def test_only_what_the_user_changed_is_told_as_a_reason(tmp_path: Path) -> None:
    built(tmp_path, MINIMAX)

    (row,) = voicekit.plan(
        voicekit.load(rewritten(tmp_path, MINIMAX + "bit_rate: 256000\n")), via="embedded"
    ).requests
    assert row.reasons == ("profile en: bit_rate 128000 → 256000",)
    (row,) = voicekit.plan(
        voicekit.load(rewritten(tmp_path, MINIMAX + "channels: 2\npitch: 1\n")), via="embedded"
    ).requests
    assert row.reasons == ("profile en: pitch not stated → 1", "profile en: channels 1 → 2")


def rewritten(root: Path, profile: str) -> Path:
    return projects.write(root, {"profiles/en.yaml": profile})


# --- made -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("profile", "rate", "bit_rate", "channels"),
    [
        (ELEVENLABS + "bit_rate: 192000\n", 44_100, 192_000, 1),
        (ELEVENLABS + "sample_rate: 22050\n", 22_050, 32_000, 1),
        (AZURE + "bit_rate: 96000\n", 24_000, 96_000, 1),
        (AZURE + "bit_rate: 192000\n", 48_000, 192_000, 1),
        (FISH + "bit_rate: 64000\n", 44_100, 64_000, 1),
        (MINIMAX + "bit_rate: 256000\nchannels: 2\n", 32_000, 256_000, 2),
        (MINIMAX + "sample_rate: 8000\n", 8_000, 64_000, 1),
    ],
)
def test_a_build_has_the_bit_rate_and_the_channels_of_its_profile(
    tmp_path: Path, profile: str, rate: int, bit_rate: int, channels: int
) -> None:
    made, data = built(tmp_path, profile)
    media = probe.probe(data)

    assert (media.codec, media.sample_rate, media.bit_rate, media.channels) == (
        "mp3",
        rate,
        bit_rate,
        channels,
    )
    assert (made.encoding, made.sample_rate) == ("MP3", rate)


def test_a_build_of_openais_aac_is_aac(tmp_path: Path) -> None:
    made, data = built(tmp_path, OPENAI)

    assert (made.file, made.encoding) == ("en-US/hello.aac", "AAC")
    assert (probe.probe(data).container, probe.probe(data).codec) == ("adts", "aac")


def test_a_target_mixes_two_channels(tmp_path: Path) -> None:
    pack = "name: mill\npacks: {phone: {prompts: prompts.yaml, profiles: [en], target: telephony}}\n"
    _, data = built(tmp_path, MINIMAX + "channels: 2\n", {"voicekit.yaml": pack})

    assert (probe.probe(data).channels, probe.probe(data).codec) == (1, "pcm_mulaw")


def test_a_sentence_is_said_so_too() -> None:
    stated = {"provider": "minimax-302ai", "encoding": "FLAC", "channels": 2}
    settings = _say.settings_for("en-US", "English_expressive_narrator", stated)

    assert probe.probe(_say.say("Hello.", settings).data).channels == 2


# --- looked for -----------------------------------------------------------------------------------------


def vendor_of(**sent: Any) -> App:
    """Return a vendor whose sounds are what was asked for, but for what is `sent` instead."""

    async def speak(ask: Ask) -> Sound:
        wish = evolve(ask, **sent)
        tone, channels = sine(440, 32_000, 0.5), wish.channels or 1
        return Sound(codecs.encode(tone, "MP3", wish.sample_rate, bit_rate=wish.bit_rate, channels=channels))

    return make_app(speak, voices=())


def bought(root: Path, app: App, name: str, files: dict[str, str]) -> Result:
    """Build with a vendor on a socket."""

    async def story() -> Result:
        async with on_socket(app) as origin:
            endpoint = f"endpoints: {{vendor: {{provider: {name}, url: '{origin}/{name}'}}}}\n"
            project = voicekit.load(projects.project(root, {**files, "voicekit.yaml": POINTED + endpoint}))
            return await asyncio.to_thread(voicekit.build, project, environ={})

    return asyncio.run(story())


@pytest.mark.parametrize(
    ("stated", "sent", "words"),
    [
        ("bit_rate: 128000\n", {"bit_rate": 64_000}, "the answer has 64000 bit/s; 128000 bit/s were asked for"),
        ("bit_rate: 128000\n", {"bit_rate": 128_000}, None),
        ("channels: 2\n", {"channels": 1}, "the answer's number of channels is 1, and 2 was asked for"),
        ("channels: 1\n", {"channels": 2}, "the answer's number of channels is 2, and 1 was asked for"),
        ("", {"bit_rate": 64_000, "channels": 2}, None),
    ],
)  # fmt: skip
def test_an_answer_is_held_to_what_the_profile_states(
    tmp_path: Path, stated: str, sent: dict[str, int], words: str | None
) -> None:
    found = bought(tmp_path, vendor_of(**sent), "minimax-302ai", {"profiles/en.yaml": MINIMAX + stated})

    assert [error.problems[0].message for _, error in found.failures] == ([words] if words else [])
    assert len(found.written) == (0 if words else 1)


@pytest.mark.parametrize(("stated", "bit_rate"), [("", 128_000), ("bit_rate: 192000\n", 192_000)])
def test_pieces_are_joined_in_the_bit_rate_that_their_requests_name(
    tmp_path: Path, stated: str, bit_rate: int
) -> None:
    """The most that eleven_v3 takes are 3,000 characters: this prompt is two requests."""
    profile = ELEVENLABS + stated + "elevenlabs: {model: eleven_v3}\n"
    files = {
        "profiles/en.yaml": profile,
        "prompts.yaml": f"prompts: [{{id: long, text: '{'One. ' * 700}'}}]\n",
    }
    result = bought(tmp_path, vendor_of(), "elevenlabs", files)
    (made,) = result.written
    media = probe.probe((tmp_path / "build/phone" / made.file).read_bytes())

    assert result.requests == 2
    assert (media.bit_rate, media.sample_rate) == (bit_rate, 44_100)
    assert media.duration == pytest.approx(2 * 0.5, abs=0.1)
