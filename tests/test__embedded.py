"""The embedded voice behind the vendors' wires: what it lists is what it speaks, and what it cannot write is told."""

import asyncio
import json
import logging
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from typing import Any

import httpx
import pytest

from kit.local_server import plain
from voicekit import _embedded, providers
from voicekit import _limits as limits
from voicekit._sound import bare, probe
from voicekit._sound.encodings import ENCODINGS
from voicekit._speak import voices
from voicekit._transport import Transport
from voicekit.errors import Refused
from voicekit.model import Ask, Call, Endpoint


def ask_voice(story: Callable[[httpx.AsyncClient], Awaitable[Any]]) -> Any:
    async def run() -> Any:
        async with AsyncExitStack() as stack:
            wire = httpx.ASGITransport(await _embedded.app(stack))  # an error of the app is raised here
            base = "http://127.0.0.1:80"
            async with httpx.AsyncClient(transport=wire, base_url=base, trust_env=False) as client:
                return await story(client)

    return asyncio.run(run())


@pytest.mark.parametrize(
    ("asked", "locales"),
    [
        ("en", {"en-US", "en-GB", "en-AU", "en-IN", "en-CA"}), ("es", {"es-ES", "es-US", "es-MX", "es-419"}), ("es-US", {"es-US"}),
        ("fr", {"fr-FR", "fr-CA"}), ("pt", {"pt-BR", "pt-PT"}), ("zh", {"cmn-CN", "cmn-TW"}), ("cmn-TW", {"cmn-TW"}), ("yue", {"yue-HK"}),
    ],
)  # fmt: skip
def test_the_regions_of_a_language_are_listed(asked: str, locales: set[str]) -> None:
    async def story(client: httpx.AsyncClient) -> Any:
        return (await client.get(f"/v1/voices?languageCode={asked}")).json()["voices"]

    rows = ask_voice(story)
    assert locales <= {row["languageCodes"][0] for row in rows}
    if "-" in asked:
        assert {row["languageCodes"][0] for row in rows} == {asked}


def test_what_is_listed_is_spoken_by_its_gender() -> None:
    """Each row's name fits the vendor's grammar, and the embedded voice chooses a variant of that gender for it."""
    google, pools = providers.get("google"), voices.engine().variants
    listed = list(_embedded.entries())
    assert len(listed) == len(set(listed))
    assert "fil-PH" not in {entry.language for entry in listed}  # in the table, and not in the engine
    for entry in listed:
        name = google_name(entry.language, female=entry.female)
        assert google.family(name)
        chosen = voices.choose(entry.language, name)
        assert chosen.variant in pools["female" if entry.female else "male"]


def google_name(language: str, *, female: bool) -> str:
    google = providers.get("google")
    voice = {"languageCode": language, "ssmlGender": "FEMALE" if female else "MALE"}
    body = {"input": {"text": "x"}, "audioConfig": {"audioEncoding": "PCM"}, "voice": voice}
    return google.parse(Call("POST", google.route[1], (), json.dumps(body).encode())).voice


@pytest.mark.parametrize("encoding", ["AMR_WB", "SPEEX_WITH_HEADER_BYTE"])
def test_an_encoding_without_an_encoder_is_the_askers_fault(
    encoding: str, caplog: pytest.LogCaptureFixture
) -> None:
    proxy = providers.get("google-302ai")
    call = proxy.encode(Ask("Hi.", None, "en-US", "en-US-Neural2-F", encoding))

    async def story(client: httpx.AsyncClient) -> httpx.Response:
        headers = {"Content-Type": "application/json"}
        return await client.post(call.path, content=call.body, headers=headers)

    with caplog.at_level(logging.DEBUG):
        answer = ask_voice(story)
    error = answer.json()["error"]
    assert (answer.status_code, error["status"]) == (400, "INVALID_ARGUMENT")
    assert f"no encoder for {encoding}" in error["message"]
    assert "choose another encoding, such as LINEAR16" in error["message"]
    assert "Traceback" not in caplog.text

    async def build() -> None:
        async with AsyncExitStack() as stack:
            app = await _embedded.app(stack)
            async with Transport(Endpoint("embedded"), proxy, app=app, environ={}) as transport:
                await transport.send(call)

    with pytest.raises(Refused, match="such as LINEAR16") as caught:
        asyncio.run(build())
    assert caught.value.exit_code == 5


@pytest.mark.parametrize("name", list(providers.find()))
def test_every_wire_gets_the_encoding_and_the_rate_that_it_asks_for(name: str) -> None:
    member = providers.get(name)
    writable = sorted(
        member.capabilities.encodings - {"AMR_WB", "SPEEX_WITH_HEADER_BYTE"}
    )  # without an encoder

    async def story() -> None:
        async with AsyncExitStack() as stack:
            app = await _embedded.app(stack)
            transport = Transport(Endpoint("embedded"), member, app=app, environ={})
            await stack.enter_async_context(transport)
            for encoding in writable:
                rates = (member.capabilities.sample_rates or {}).get(encoding, ())
                ask = plain(member, encoding=encoding, sample_rate=rates[0] if rates else None)
                sound = await transport.send(member.encode(ask))
                headerless = ENCODINGS[encoding].container == "raw"
                natural = member.capabilities.natural_rate or limits.NATURAL_RATE
                rate = ask.sample_rate or (natural if headerless else None)
                without = member.bare_rate(ask)
                data = bare.headed(sound.data, encoding, without) if without else sound.data
                assert not without or data != sound.data
                probe.verify(data, encoding, rate, text_length=len(ask.content))

    asyncio.run(story())
