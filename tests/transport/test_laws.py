"""The rules of sending as laws: what each outcome is worth, how long to wait, and what of a secret is blotted out."""

import asyncio
import base64
import json
import time
from typing import Any, Literal
from urllib.parse import quote, quote_plus

import httpx
import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from kit.fault_server import content
from kit.sending import CALL, CREDENTIAL, GOOGLE, outcome
from voicekit import _limits as limits
from voicekit._transport import answers, tasks
from voicekit._transport.attempts import Clock
from voicekit._transport.blots import Blots
from voicekit._transport.credentials import Unsigned
from voicekit._transport.exchange import Fault
from voicekit._transport.retries import (
    CAPACITY,
    LOST_COST,
    RETRY_COST,
    SUCCESS_GAIN,
    Bucket,
    pause,
    retry_after,
)
from voicekit.errors import ConfigError, Refused, SendError, Unreachable, VoicekitError, WrongAnswer
from voicekit.model import Reply, Sound

KINDS: tuple[Literal["unsent", "lost", "unfit"], ...] = ("unsent", "lost", "unfit")
STATUSES = range(100, 700)


def reply(status: int, *, kind: str = "audio/wav", body: bytes = b"x") -> Reply:
    return Reply(status, kind, body, ())


# --- what an outcome is worth ---------------------------------------------------------------------------


def test_each_status_is_worth_what_it_says() -> None:
    outcomes = {status: reply(status) for status in STATUSES}
    assert {status for status, one in outcomes.items() if answers.is_repeatable(one)} == {
        429,
        *range(500, 600),
    }
    assert {status for status, one in outcomes.items() if answers.may_be_charged(one)} == {*range(200, 300)}
    assert not any(map(answers.is_lost, outcomes.values()))
    whole, redirects, others = set[int](), set[int](), set[int]()
    for status, one in outcomes.items():
        try:
            assert answers.whole(one, "acme") is one
            whole.add(status)
        except WrongAnswer as error:
            (redirects if "a redirect" in str(error) else others).add(status)
    assert whole == {200, *range(400, 700)}
    assert redirects == {*range(300, 400)}
    assert others == {*range(100, 200), *range(201, 300)}


def test_each_fault_is_worth_what_it_says() -> None:
    worth = {
        kind: (answers.is_lost(fault), answers.is_repeatable(fault), answers.may_be_charged(fault))
        for kind in KINDS
        for fault in [Fault(kind, "why")]
    }
    assert worth == {
        "unsent": (False, True, False),
        "lost": (True, True, True),
        "unfit": (False, False, True),
    }


@pytest.mark.parametrize(
    ("kind", "error", "words"),
    [
        ("unsent", Unreachable, "check the endpoint's address"),
        ("lost", Unreachable, "may charge for the request whose answer was lost"),
        ("unfit", WrongAnswer, "nothing was kept"),
    ],
)
def test_each_fault_is_told_with_what_to_do(kind: Any, error: type[SendError], words: str) -> None:
    with pytest.raises(error, match="acme: why") as caught:
        answers.whole(Fault(kind, "why"), "acme")
    assert type(caught.value) is error
    assert words in caught.value.problems[0].remedy


def test_only_a_sound_with_200_comes_from_a_link() -> None:
    for status in STATUSES:
        if status == 200:
            assert answers.linked_sound(reply(status), "host") == b"x"
            continue
        with pytest.raises(Refused if status >= 400 else WrongAnswer, match=str(status)):
            answers.linked_sound(reply(status), "host")
    with pytest.raises(WrongAnswer, match="with nothing"):
        answers.linked_sound(reply(200, body=b""), "host")
    with pytest.raises(WrongAnswer, match="application/json, which is no sound"):
        answers.linked_sound(reply(200, kind="application/json"), "host")


@pytest.mark.parametrize("kind", ["audio/wav", "audio/x", "application/ogg", "video/mp4", "application/json"])
def test_a_type_that_can_carry_a_sound(kind: str) -> None:
    one = reply(200, kind=kind)
    assert answers.listed(one, "acme") is one


@pytest.mark.parametrize(
    ("kind", "shown"), [("text/html", "text/html"), ("", "no content type"), ("x\x1b[2J", "x?[2J"), ("y" * 90, "y" * 60)]
)  # fmt: skip
def test_a_type_that_cannot_is_shown_plainly(kind: str, shown: str) -> None:
    with pytest.raises(WrongAnswer) as caught:
        answers.listed(reply(200, kind=kind), "acme")
    assert caught.value.problems[0].message == f"acme answered 200 with {shown}, which is no sound"


# --- what a transport makes of an answer ------------------------------------------------------------------

SECRET = "sk-canary+7f/3b9=Zq-0123"


def answered(status: int, body: dict[str, Any], **how: Any) -> Sound | VoicekitError:
    """Send one call whose answer is this, with a credential."""

    def vendor(_: httpx.Request) -> httpx.Response:
        return httpx.Response(
            status,
            headers={"content-type": "application/json"},
            stream=httpx.ByteStream(json.dumps(body).encode()),
        )

    settings: dict[str, Any] = {"environ": {CREDENTIAL: SECRET}, "wire": httpx.MockTransport(vendor)} | how
    found = outcome("http://vendor.example", **settings)
    return asyncio.run(found)


GOOD = json.loads(content(base64.b64encode(b"RIFF").decode()))


def test_a_success_that_repeats_the_credential_anywhere_is_not_kept() -> None:
    assert isinstance(answered(200, GOOD), Sound)
    found = answered(200, GOOD | {"debug": f"key {SECRET}"})
    assert isinstance(found, WrongAnswer)
    assert "repeats the credential" in str(found)
    assert SECRET not in str(found)


def test_a_credential_may_hold_every_character_that_a_header_may() -> None:
    plain = "".join(map(chr, range(ord("!"), ord("~") + 1)))
    assert isinstance(answered(200, GOOD, environ={CREDENTIAL: plain}), Sound)
    for other in (" ", "\x7f", "\t", "é"):
        found = answered(200, GOOD, environ={CREDENTIAL: plain + other})
        assert isinstance(found, ConfigError)
        assert plain not in str(found)


def test_a_refusal_that_repeats_the_credential_is_one_with_the_credential_blotted_out() -> None:
    found = answered(403, {"error": {"message": f"no {SECRET} here"}})
    assert type(found) is Refused
    assert "no [credential] here" in str(found)


class Deaf:
    """A provider whose decoder takes everything for a sound."""

    def __getattr__(self, name: str) -> Any:
        return getattr(GOOGLE, name)

    def decode(self, _: Reply) -> Sound:
        return Sound(b"RIFF")


@pytest.mark.parametrize("status", [400, 401, 404])
def test_whatever_a_decoder_makes_of_a_refusal_it_is_never_a_sound(status: int) -> None:
    assert isinstance(answered(200, {}, provider=Deaf()), Sound)
    found = answered(status, {}, provider=Deaf())
    assert type(found) is Refused
    assert str(status) in str(found)


def test_what_is_signed_does_not_write_its_words_into_a_log() -> None:
    assert "words" not in repr(Unsigned("POST", "https://x", (), b"words"))


@pytest.mark.parametrize(
    "url",
    [
        "http://[::1]:8080",
        "http://127.0.0.1:1/x",
        "https://a-b.example.",
        "http://localhost",
        "http://my_host",
    ],
)
def test_an_address_is_asked_as_it_was_written(url: str) -> None:
    asked: list[str] = []

    def vendor(request: httpx.Request) -> httpx.Response:
        asked.append(str(request.url.copy_with(query=None)))
        return httpx.Response(400, stream=httpx.ByteStream(b"{}"))

    assert isinstance(asyncio.run(outcome(url, wire=httpx.MockTransport(vendor))), Refused)
    assert asked == [f"{url}{CALL.path}"]


def test_no_part_of_an_endpoints_path_is_made_another_by_a_plan() -> None:
    async def story(path: str) -> Sound | VoicekitError:
        wire = httpx.MockTransport(lambda _: httpx.Response(400, stream=httpx.ByteStream(b"{}")))
        return await outcome("http://vendor.example/v1", call=evolve(CALL, path=path), wire=wire)

    assert isinstance(asyncio.run(story("/x")), Refused)
    for path in ("x", "x/y", "", "-beta/x"):
        found = asyncio.run(story(path))
        assert isinstance(found, ConfigError)
        assert "slash" in str(found)


# --- how long to wait -----------------------------------------------------------------------------------


@given(st.integers(1, 12), st.floats(0, 1, exclude_max=True))
def test_a_wait_is_a_share_of_a_ceiling_that_doubles_up_to_a_cap(attempt: int, luck: float) -> None:
    ceiling = min(limits.BACKOFF[1], limits.BACKOFF[0] * 2 ** (attempt - 1))
    assert pause(attempt, None, lambda: luck) == luck * ceiling
    assert pause(attempt, ceiling + 1, lambda: luck) == min(ceiling + 1, limits.RETRY_AFTER)
    assert pause(attempt, 1e9, lambda: luck) == limits.RETRY_AFTER


@pytest.mark.parametrize("zone", ["UTC", "Asia/Tokyo"])
def test_a_date_means_the_same_moment_in_each_way_to_write_it_and_wherever_it_is_read(
    zone: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TZ", zone)
    time.tzset()
    try:
        for date in (
            "Sun, 06 Nov 1994 08:49:37 GMT",
            "Sun Nov  6 08:49:37 1994",
            "Sun, 06 Nov 1994 10:49:37 +0200",
        ):
            assert retry_after(date, 784_111_770.0) == 7.0
            assert retry_after(date, 784_111_780.0) == 0.0
    finally:
        monkeypatch.undo()
        time.tzset()


def test_a_bucket_holds_a_hundred_retries_or_fifty_after_lost_answers() -> None:
    for cost, most in ((RETRY_COST, 100), (LOST_COST, 50)):
        bucket = Bucket()
        assert sum(bucket.take(cost) for _ in range(1_000)) == most
        assert bucket.tokens == 0
        bucket.give(SUCCESS_GAIN)
        assert bucket.tokens == 1
        bucket.give(10 * CAPACITY)
        assert bucket.tokens == CAPACITY


def test_waits_that_are_only_pretended_count_against_the_deadline() -> None:
    async def story() -> list[bool]:
        clock = Clock(10.0)
        return [clock.allows(wait) for wait in (4.0, 4.0, 1.0, 1.0, 0.0)]

    assert asyncio.run(story()) == [True, True, True, False, False]


def test_time_that_passed_counts_against_the_deadline() -> None:
    async def story() -> list[bool]:
        clock = Clock(0.5)
        before = clock.allows(0.1)
        await asyncio.sleep(0.3)
        return [before, clock.allows(0.25)]

    assert asyncio.run(story()) == [True, False]


def test_a_task_that_is_not_new_is_asked_about_at_once() -> None:
    new, old = tasks.pauses(at_once=False), tasks.pauses(at_once=True)
    assert next(old) == 0
    assert [next(old) for _ in range(20)] == [next(new) for _ in range(20)]


def test_only_two_answers_say_that_a_task_is_gone() -> None:
    assert {status for status in STATUSES if tasks.is_gone(reply(status))} == {404, 410}
    assert not tasks.is_gone(Fault("lost", "why"))


# --- what is blotted out --------------------------------------------------------------------------------

SECRETS = st.text(st.characters(codec="utf-8", exclude_characters="\0"), min_size=16, max_size=40)
ASIDE = st.binary(max_size=7)


# None that repeats itself: of such a one the letters may be found elsewhere first.
VARIED = st.lists(st.sampled_from("ABCDEFGHijklmnop01234567-+/~"), min_size=16, unique=True).map("".join)


@given(ASIDE, VARIED, ASIDE, st.booleans())
def test_of_a_secret_in_base64_no_letter_is_left_that_it_alone_decides(
    before: bytes, secret: str, after: bytes, safe: bool
) -> None:
    write = base64.urlsafe_b64encode if safe else base64.b64encode
    written = write(before + secret.encode() + after)
    start, end = 8 * len(before), 8 * (len(before) + len(secret))
    own = [at for at in range(len(written)) if start <= 6 * at and 6 * at + 6 <= end]
    blots = Blots.of([secret])
    assert blots.are_in(written)
    assert blots.out_of(written) == written[: own[0]] + b"[credential]" + written[own[-1] + 1 :]


@given(ASIDE, SECRETS, ASIDE)
def test_a_long_secret_is_found_however_it_is_written(before: bytes, secret: str, after: bytes) -> None:
    blots = Blots.of([secret, "other-and-long-enough"])
    spellings = [
        secret,
        secret.upper(),
        quote(secret),
        quote(secret, safe=""),
        quote_plus(secret),
        json.dumps(secret)[1:-1],
    ]
    for spelling in spellings if secret.isascii() else [secret]:
        data = b"<" + before + spelling.encode() + after + b">"
        assert blots.are_in(data)
        assert not blots.are_in(blots.out_of(data))
        assert secret.encode() not in blots.out_of(data)
    assert secret not in repr(blots)


@given(st.text("abcdefgh", min_size=1, max_size=15))
def test_a_short_secret_is_blotted_out_of_words_and_not_looked_for_in_sounds(secret: str) -> None:
    blots = Blots.of([secret])
    known = len(secret) >= 4
    assert blots.out_of(f"x{secret}x".encode()) == (b"x[credential]x" if known else f"x{secret}x".encode())
    assert blots.out_of(secret.upper().encode()) == secret.upper().encode()
    assert not blots.are_in(f"x{secret}x".encode())


@given(st.text("abc", min_size=5, max_size=30), st.integers(4, 29))
def test_of_a_secret_that_begins_as_another_nothing_is_left(secret: str, shorter: int) -> None:
    for secrets in ([secret, secret[:shorter]], [secret[:shorter], secret]):
        assert Blots.of(secrets).out_of(f"<{secret}>".encode()) == b"<[credential]>"


def test_behind_escapes_nothing_is_left_at_all() -> None:
    blots = Blots.of(["a-secret/of-some-length"])
    for hidden in (
        rb"a-secret\/of-some-length",
        rb"\u0061-secret/of-some-length",
        rb"a-secret\u002Fof-some-length",
    ):
        assert blots.are_in(hidden)
        assert blots.out_of(b"words " + hidden) in {b"", b"words [credential]"}
    assert blots.out_of(rb"harmless \u0061 \/") == rb"harmless \u0061 \/"


@pytest.mark.parametrize("status", [200, 401])
def test_a_reply_is_cleaned_and_a_sound_is_left_as_it_is(status: int) -> None:
    secret = "a-secret-of-some-length"
    told = Blots.of([secret]).out_of_reply(
        Reply(status, f"audio/{secret}", secret.encode(), (("Location", secret),))
    )
    assert told.content_type == "audio/[credential]"
    assert told.headers == (("Location", "[credential]"),)
    assert told.body == (secret.encode() if status == 200 else b"[credential]")
    assert told.status == status
