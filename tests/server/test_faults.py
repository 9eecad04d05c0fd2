"""Every fault on demand, met by our own client over a socket: it is the error that it should be, and the server counts it."""

import asyncio
import gzip
import time
from collections.abc import Sequence
from typing import Any

import httpx
import pytest

from kit import mill
from kit.clock import Clock
from kit.local_server import PATH, anything, ask_server, body, on_socket, plain
from kit.mill import MILL
from voicekit import providers
from voicekit._server import make_app, read_manners
from voicekit._server.fault_replies import BOMB_BYTES, bomb
from voicekit._server.faults import VOCABULARY
from voicekit._transport import Transport
from voicekit.errors import (
    Denied,
    ForbiddenAddress,
    Refused,
    TaskOver,
    Unreachable,
    VoicekitError,
    WrongAnswer,
)
from voicekit.model import Endpoint, Sound
from voicekit.providers import Provider

JSON = providers.get("google-302ai")  # answers with base64 in JSON
BARE = providers.get("openai")  # answers with the sound itself
BASE64 = (("response_format", "base64"),)
LATER = [name for name, member in providers.find().items() if member.poll_routes]


def meet(
    *rules: str, member: Provider = JSON, link: bool = False, deadline: float = 1.0, **how: Any
) -> tuple[Sound | VoicekitError, dict[str, Any], Clock]:
    """Send one call to a server with some faults; returns its end, the inspection page and the clock of the waits."""
    options = BASE64 if member is JSON and not link else ()
    call, clock = member.encode(plain(member, options=options)), Clock()

    async def story() -> tuple[Sound | VoicekitError, dict[str, Any]]:
        app = make_app(anything, voices=(), manners=read_manners(faults=rules, **how))
        async with on_socket(app) as origin:
            endpoint = Endpoint("local", member.name, url=origin)
            settings: dict[str, Any] = {"environ": {}, "sleep": clock.sleep, "deadline": deadline}
            async with Transport(endpoint, member, random=lambda: 0.5, **settings) as transport:
                try:
                    found: Sound | VoicekitError = await transport.send(call)
                except VoicekitError as error:
                    found = error
            return found, await page_of(origin)

    found, page = asyncio.run(story())
    return found, page, clock


async def page_of(origin: str, *, forget: bool = False) -> Any:
    async with httpx.AsyncClient(base_url=origin, trust_env=False) as client:
        page = (await client.get("/_voicekit/requests")).json()
        if forget:
            assert (await client.delete("/_voicekit/requests")).status_code == 204
        return page


# Each fault with the error that it is; how often a request is then repeated; whether a vendor would charge for it.
FAULTS: Sequence[tuple[str, type[Any], int, bool]] = [
    ("status=400", Refused, 1, False),
    ("status=401", Denied, 1, False),
    ("status=429", Refused, 3, False),
    ("status=500", Refused, 3, False),
    ("status=503", Refused, 3, False),
    ("status=201", WrongAnswer, 1, True),
    ("status=204", WrongAnswer, 1, True),
    ("status=206", WrongAnswer, 1, True),
    ("status=304", WrongAnswer, 1, False),
    ("redirect=http://127.0.0.1:9/", WrongAnswer, 1, False),
    ("redirect=/,status=307", WrongAnswer, 1, False),
    ("html", WrongAnswer, 1, True),
    ("json", WrongAnswer, 1, True),
    ("gzip-bomb", WrongAnswer, 1, True),
    ("empty", WrongAnswer, 1, True),
    ("wrong-type", WrongAnswer, 1, True),
    ("wrong-type=text/html", WrongAnswer, 1, True),
    ("untyped", WrongAnswer, 1, True),
    ("gzip", WrongAnswer, 1, True),
    ("no-sound", WrongAnswer, 1, True),
    ("reset", Unreachable, 2, True),
    ("truncate=10", Unreachable, 2, True),
    ("truncate=0", Unreachable, 2, True),
    ("truncate=0.5", Unreachable, 2, True),
    ("lie-length=1000", Unreachable, 2, True),
    ("lie-length=1000000000000", WrongAnswer, 1, True),
    ("endless-head", Unreachable, 2, True),
    ("no-http", Unreachable, 2, True),
    ("endless", WrongAnswer, 1, True),
]
IDS = [row[0] for row in FAULTS]
MEMBERS = {"json": JSON, "bare": BARE}

Met = dict[tuple[str, str], tuple[Sound | VoicekitError, dict[str, Any]]]


@pytest.fixture(scope="module")
def met() -> Met:
    """Every fault on one server, each for its own key, met once on each kind of wire."""
    rules = [f"{rule},key=sk-{number}" for number, rule in enumerate(IDS)]

    async def one(origin: str, member: Provider, number: int) -> tuple[Sound | VoicekitError, dict[str, Any]]:
        endpoint = Endpoint("local", member.name, url=origin, credential="KEY")
        environ = {"KEY": f"sk-{number}"}
        how: dict[str, Any] = {"environ": environ, "sleep": Clock().sleep, "random": lambda: 0.5}
        call = member.encode(plain(member, options=BASE64 if member is JSON else ()))
        async with Transport(endpoint, member, deadline=20.0, **how) as transport:
            try:
                return await transport.send(call), await page_of(origin, forget=True)
            except VoicekitError as error:
                return error, await page_of(origin, forget=True)

    async def story() -> Met:
        app = make_app(anything, voices=(), manners=read_manners(faults=rules))
        async with on_socket(app) as origin:
            return {
                (rule, name): await one(origin, member, number)
                for number, rule in enumerate(IDS)
                for name, member in MEMBERS.items()
            }

    return asyncio.run(story())


@pytest.mark.parametrize("member", list(MEMBERS))
@pytest.mark.parametrize(("rule", "kind", "times", "charged"), FAULTS, ids=IDS)
def test_each_fault_is_the_error_that_it_should_be(
    met: Met, rule: str, kind: type[Any], times: int, charged: bool, member: str
) -> None:
    found, page = met[rule, member]
    assert type(found) is kind, found
    assert isinstance(found, VoicekitError)
    assert found.problems[0].remedy
    assert page["count"] == times
    assert page["accepted"] == times * charged
    assert {row["fault"] for row in page["requests"]} == {rule.split(",", maxsplit=1)[0]}


@pytest.mark.parametrize("rule", ["garbage", "half-json"])
def test_what_is_no_json_is_a_wrong_answer(rule: str) -> None:
    assert type(meet(rule)[0]) is WrongAnswer


@pytest.mark.parametrize("rule", ["garbage", "half-json"])
def test_bytes_that_are_no_sound_are_seen_by_whoever_verifies_it(rule: str) -> None:
    found, _, _ = meet(rule, member=BARE)
    assert isinstance(found, Sound)  # the transport reads no audio; `_run` does before anything is kept
    assert len(found.data) < len(b"LINEAR16 at None: Hello.")


@pytest.mark.parametrize("rule", ["silence", "drip=5", "drip-head=20"])
def test_what_is_too_slow_ends_with_the_deadline(rule: str) -> None:
    start = time.monotonic()
    found, page, _ = meet(rule, deadline=2.0)
    assert type(found) is Unreachable
    assert "2 seconds" in str(found)
    assert time.monotonic() - start < 10.0  # far less than any of them lasts
    assert page["accepted"] == page["count"] == 1


def test_more_bytes_than_stated_are_never_a_sound() -> None:
    for rule in ("lie-length", "lie-length=7"):
        assert type(meet(rule)[0]) in {WrongAnswer, Unreachable}


def test_a_fast_drip_is_only_slow() -> None:
    found, _, _ = meet("drip=2000", deadline=10.0)
    assert found == Sound(b"LINEAR16 at None: Hello.", (), 24_000)


@pytest.mark.parametrize("form", ["7", "0", "3"])
def test_retry_after_reaches_the_client(form: str) -> None:
    found, page, clock = meet(f"status=429,times=1,retry-after={form}", deadline=60.0)
    assert isinstance(found, Sound)
    assert clock.waits == [max(0.25, float(form))]
    assert [row["status"] for row in page["requests"]] == [429, 200]


def test_a_refusal_is_in_the_vendors_shape_and_words() -> None:
    found, _, _ = meet("status=400,message=the mill is closed")
    assert "400: the mill is closed" in str(found)


def test_a_passing_fault_is_survived_and_paid_once() -> None:
    found, page, _ = meet("status=503,times=2", deadline=30.0)
    assert isinstance(found, Sound)
    assert (page["count"], page["accepted"]) == (3, 1)


def test_a_link_that_leads_inward_is_not_followed() -> None:
    found, _, _ = meet("link=http://169.254.169.254/latest", link=True)
    assert type(found) is ForbiddenAddress


@pytest.mark.parametrize(
    ("rule", "kind"),
    [
        ("status=404", Refused), ("status=410", Refused), ("html", WrongAnswer), ("empty", WrongAnswer),
        ("reset", Unreachable), ("truncate=3", Unreachable), ("wrong-type=text/plain", WrongAnswer),
        ("redirect=/files/again", WrongAnswer), ("redirect=http://127.0.0.1:9/", ForbiddenAddress),
    ],
)  # fmt: skip
def test_a_file_behind_a_link_can_be_struck_by_its_path(rule: str, kind: type[Any]) -> None:
    found, page, _ = meet(f"{rule},path=/files/*", link=True, deadline=20.0)
    assert type(found) is kind
    assert page["accepted"] == 1


def test_files_are_left_alone_by_rules_without_a_path() -> None:
    found, page, _ = meet("status=503,after=1", link=True)
    assert isinstance(found, Sound)
    assert [row["kind"] for row in page["requests"]] == ["synthesize", "file"]


def test_a_task_can_stay_under_way(monkeypatch: pytest.MonkeyPatch) -> None:
    mill.add(monkeypatch)
    found, page, _ = meet("pending,times=4", member=MILL, deadline=60.0)
    assert isinstance(found, Sound)
    assert [row["fault"] for row in page["requests"]][:5] == [None, *["pending"] * 4]
    assert type(meet("pending", member=MILL, deadline=60.0)[0]) is Unreachable


def test_a_vendor_that_is_busy_in_its_own_words_is_asked_again() -> None:
    found, page, clock = meet(
        "status=400,message=Rate exceeded,times=2", member=providers.get("polly"), deadline=60.0
    )
    assert isinstance(found, Sound)
    assert (page["count"], page["accepted"], len(clock.waits)) == (3, 1, 2)
    found, page, _ = meet("status=400,message=Rate exceeded", member=BARE, deadline=60.0)
    assert isinstance(found, Refused)
    assert page["count"] == 1


def test_a_task_can_fail(monkeypatch: pytest.MonkeyPatch) -> None:
    mill.add(monkeypatch)
    found, page, _ = meet("failed,after=1", "pending", member=MILL, deadline=60.0)
    assert type(found) is TaskOver
    assert [row["fault"] for row in page["requests"]] == [None, "pending", "failed"]


@pytest.mark.parametrize("name", LATER)
def test_every_vendor_says_that_a_task_failed_and_why(name: str) -> None:
    found, page, _ = meet("failed=the voice is hoarse", member=providers.get(name), deadline=60.0)
    assert type(found) is TaskOver
    assert "hoarse" in str(found)
    assert page["accepted"] == 1


def test_questions_that_get_lost_are_asked_again(monkeypatch: pytest.MonkeyPatch) -> None:
    mill.add(monkeypatch)
    rules = ("reset,times=2,path=/mill/sounds/*", "status=503,times=2,path=/mill/sounds/*")
    found, page, _ = meet(*rules, member=MILL, deadline=60.0)
    assert isinstance(found, Sound)
    assert page["accepted"] == 1
    assert [row["fault"] for row in page["requests"]][1:5] == ["reset", "reset", "status=503", "status=503"]


def test_every_fault_is_met_here() -> None:
    met = {row[0].split(",")[0].split("=")[0] for row in FAULTS}
    met |= {"garbage", "half-json", "silence", "drip", "drip-head", "link", "pending", "failed"}
    assert met == set(VOCABULARY)


def test_a_bomb_is_small_and_would_be_large() -> None:
    assert len(bomb()) < 30_000
    assert len(gzip.decompress(gzip.decompress(bomb()))) == BOMB_BYTES


# --- latency -----------------------------------------------------------------------------------------


def test_latency_is_between_its_ends_and_the_same_with_the_same_seed() -> None:
    def story(seed: int) -> list[float]:
        _, page, _ = meet(latency="0.05..0.3", seed=seed, deadline=10.0)
        return [row["seconds"] for row in page["requests"]]

    (first,), (again,), (other,) = story(1), story(1), story(2)
    assert 0.05 <= first < 0.3 + 0.2
    assert abs(first - again) < 0.05
    assert abs(first - other) > 0.05


def test_a_rule_may_only_make_slow() -> None:
    _, page, _ = meet("latency=0.3,times=1", deadline=10.0)
    (row,) = page["requests"]
    assert (row["status"], row["fault"]) == (200, "latency")
    assert row["seconds"] >= 0.3


# --- whom a fault strikes ----------------------------------------------------------------------------


async def statuses(client: httpx.AsyncClient, count: int, **request: Any) -> list[int]:
    sent = {"json": body(), **request}
    return [(await client.post(PATH, **sent)).status_code for _ in range(count)]


def struck(*rules: str, count: int = 1, seed: int = 0, **request: Any) -> list[int]:
    async def story(client: httpx.AsyncClient) -> list[int]:
        return await statuses(client, count, **request)

    found: list[int] = ask_server(story, manners=read_manners(faults=rules, seed=seed))
    return found


def test_times_and_after_count_what_would_be_struck() -> None:
    assert struck("status=500,times=2", count=4) == [500, 500, 200, 200]
    assert struck("status=500,after=2", count=4) == [200, 200, 500, 500]
    assert struck("status=500,after=1,times=1", count=4) == [200, 500, 200, 200]


def test_chance_has_a_seed() -> None:
    first = struck("status=500,rate=0.3", count=200)
    assert first == struck("status=500,rate=0.3", count=200)
    assert first != struck("status=500,rate=0.3", count=200, seed=1)
    assert struck("status=500,rate=0.3,seed=5", count=50) == struck(
        "status=500,rate=0.3,seed=5", count=50, seed=1
    )
    assert 40 < first.count(500) < 80
    assert struck("status=500,rate=0", count=20) == [200] * 20


def test_the_first_rule_that_strikes_is_the_only_one() -> None:
    assert struck("status=500,times=1", "status=503", count=2) == [500, 503]


@pytest.mark.parametrize(
    ("rule", "headers", "status"),
    [
        ("status=500,provider=google-302ai", {}, 500),
        ("status=500,provider=google", {}, 200),
        ("status=500,path=/google/*", {}, 500),
        ("status=500,path=/v1/*", {}, 200),
        (f"status=500,path={PATH}", {}, 500),
        ("status=500,key=sk-one", {"Authorization": "Bearer sk-one"}, 500),
        ("status=500,key=sk-one", {"Authorization": "Bearer sk-two"}, 200),
        ("status=500,key=sk-one", {"x-goog-api-key": "sk-one"}, 500),
        ("status=500,key=sk-one", {}, 200),
        ("pending", {}, 200),
        ("link=http://127.0.0.1/", {}, 200),
    ],
)
def test_a_rule_chooses_its_requests(rule: str, headers: dict[str, str], status: int) -> None:
    assert struck(rule, headers=headers) == [status]


@pytest.mark.parametrize("status", [200, 202, 304, 429, 503])
def test_retry_after_goes_with_every_status(status: int) -> None:
    async def story(client: httpx.AsyncClient) -> httpx.Response:
        return await client.post(PATH, json=body())

    answer = ask_server(story, manners=read_manners(faults=[f"status={status},retry-after=7"]))
    assert (answer.status_code, answer.headers["retry-after"]) == (status, "7")


def test_the_path_of_a_rule_may_name_the_provider() -> None:
    async def story(client: httpx.AsyncClient) -> list[int]:
        paths = (PATH, f"/google-302ai{PATH}")
        return [(await client.post(path, json=body())).status_code for path in paths]

    assert ask_server(story, manners=read_manners(faults=["status=500,path=/google-302ai/*"])) == [200, 500]
    assert ask_server(story, manners=read_manners(faults=[f"status=500,path={PATH}"])) == [500, 500]


def test_what_would_be_refused_is_refused_and_no_rule_counts_it() -> None:
    async def story(client: httpx.AsyncClient) -> list[int]:
        wrong = await client.post(PATH, json={})
        return [wrong.status_code, *await statuses(client, 2)]

    assert ask_server(story, manners=read_manners(faults=["status=500,times=1"])) == [400, 500, 200]


def test_the_servers_own_pages_are_left_alone() -> None:
    async def story(client: httpx.AsyncClient) -> list[int]:
        return [(await client.get(path)).status_code for path in ("/", "/health", "/_voicekit/requests")]

    assert ask_server(story, manners=read_manners(faults=["status=500", "status=500,path=*"])) == [
        200,
        200,
        200,
    ]


def test_nothing_is_spoken_for_a_fault_that_needs_no_sound() -> None:
    spoken: list[str] = []

    async def speak(ask: Any) -> Sound:
        spoken.append(ask.content)
        return await anything(ask)

    async def story(client: httpx.AsyncClient) -> None:
        await statuses(client, 1)

    for rule in ("status=500", "html", "redirect=/", "no-sound", "gzip-bomb"):
        ask_server(story, speak=speak, manners=read_manners(faults=[rule]))
    assert spoken == []
    ask_server(story, speak=speak, manners=read_manners(faults=["half-json"]))
    assert spoken == ["Thank you for calling."]


def test_a_fault_of_the_connection_needs_one() -> None:
    assert struck("reset") == [500]
