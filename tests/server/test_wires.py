"""Every provider's wire, spoken there and back through the local server."""

import asyncio
import base64
import io
import wave

import httpx
import pytest
from attrs import evolve

from kit.local_server import PATH, VOICES, anything, ask_server, body, one, plain
from kit.speaker import ToneSpeaker, tone
from voicekit import providers
from voicekit._server import make_app
from voicekit._sound.encodings import ENCODINGS, problem_with
from voicekit._transport import Transport
from voicekit.model import Ask, Endpoint, Sound

MEMBERS = list(providers.find())


def said_by(ask: Ask) -> bytes:
    return f"{ask.encoding} at {ask.sample_rate}: {ask.content}".encode()


@pytest.mark.parametrize("name", MEMBERS)
def test_every_wire_is_spoken_there_and_back_in_each_encoding(name: str) -> None:
    member = providers.get(name)
    rates = member.capabilities.sample_rates

    async def story() -> None:
        app = make_app(anything, voices=VOICES)
        async with Transport(Endpoint("embedded"), member, app=app, environ={}) as transport:
            for encoding in sorted(member.capabilities.encodings):
                offered = (8_000, 16_000) if rates is None else rates.get(encoding, ())
                for rate in (None, *offered[:2]):
                    ask = plain(member, encoding=encoding, sample_rate=rate)
                    call = member.encode(ask)
                    sound = await transport.send(call)
                    heard = member.parse(call)
                    known, natural = ENCODINGS[encoding], member.capabilities.natural_rate
                    told = known.container == "raw" or natural != known.default_rate
                    fits = told and not problem_with(encoding, natural)
                    spoken = evolve(heard, sample_rate=heard.sample_rate or (natural if fits else None))
                    assert sound.data == said_by(spoken)
                    assert sound.sample_rate in {None, spoken.sample_rate or 24_000}

    asyncio.run(story())


@pytest.mark.parametrize("sample_rate", [None, 8_000, 16_000])
def test_the_sound_has_the_rate_that_was_asked_for(sample_rate: int | None) -> None:
    member = providers.get("google")
    ask = Ask("Hello.", None, "en-US", "en-US-Neural2-F", "LINEAR16", sample_rate=sample_rate)

    async def story() -> Sound:
        app = make_app(ToneSpeaker().speak, voices=VOICES)
        async with Transport(Endpoint("embedded"), member, app=app, environ={}) as transport:
            return await transport.send(member.encode(ask))

    sound = asyncio.run(story())
    assert sound.data == tone(0.06, sample_rate or 8_000)
    with wave.open(io.BytesIO(sound.data)) as file:
        assert file.getframerate() == (sample_rate or 8_000)


def test_link_is_served_under_its_digest_with_the_right_type() -> None:
    async def story(client: httpx.AsyncClient) -> None:
        answer = await client.post(f"{PATH}?response_format=url", json=body())
        url = answer.json()["audioContent"]
        assert url.startswith("http://127.0.0.1/files/")
        got, head = await client.get(url), await client.head(url)
        assert got.headers["content-type"] == head.headers["content-type"] == "audio/wav"
        assert int(head.headers["content-length"]) == len(got.content)
        assert head.content == b""
        assert got.content == tone(0.22, 8_000)
        for wrong in (url.replace(".wav", ".mp3"), url[:-5], url.replace("/files/", "/files/../"), url + "/"):
            assert (await client.get(wrong)).status_code == 404

    ask_server(story)


def test_base64_where_the_format_is_not_asked_for() -> None:
    answer = one("POST", PATH, json=body())
    assert base64.b64decode(answer.json()["audioContent"]) == tone(0.22, 8_000)
    assert answer.json()["audioConfig"]["audioEncoding"] == "LINEAR16"


def test_voices() -> None:
    rows = one("GET", "/v1/voices?languageCode=de").json()["voices"]
    assert [row["languageCodes"] for row in rows] == [["de-DE"]]
    assert len(one("GET", "/v1beta1/voices").json()["voices"]) == 2


def test_front_page_and_health() -> None:
    assert one("GET", "/health").json() == {"status": "ok"}
    rows = one("GET", "/").json()["routes"]
    assert {row["provider"] for row in rows} == set(MEMBERS)
    proxy = {"method": "POST", "path": PATH, "provider": "google-302ai", "kind": "synthesize"}
    assert {**proxy, "exact": f"/google-302ai{PATH}"} in rows
