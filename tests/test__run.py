"""Running a plan whose prompts are several pieces: bought once each, joined to one file, kept for the next build."""

import asyncio
import hashlib
import os
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

import pytest
from attrs import evolve, field, mutable

import voicekit
from kit import projects
from kit.sounds import noise
from voicekit import _adapt, _embedded, _pipeline, _plan, _run, providers, targets
from voicekit._pipeline import building, workplace
from voicekit._sound import codecs, riff
from voicekit._sound.pcm import Pcm, concat
from voicekit._transport import Transport
from voicekit.errors import BuildFailed, Unreachable, WrongAnswer
from voicekit.model import Artefact, Endpoint, Mark, Plan, RequestPlan, Shape, Sound

SENTENCES = ("Welcome to the mill.", "We grind at dawn.", "We close at noon.", "Goodbye, and come again.")
TELEPHONY = targets.get("telephony").shape
GAP = 0.25


def sound_of(row: RequestPlan, rate: int = 8_000) -> Pcm:
    """What the vendor of these tests says: noise that differs for each request, and lasts an odd number of samples."""
    seed = int(hashlib.sha256(row.call.body).hexdigest()[:8], 16)
    return noise(rate, (2_001 + seed % 1_000) / 8_000, seed=seed)


@mutable
class Desk:
    """A project of one prompt, planned and built again and again, with the requests that were sent."""

    root: Path
    shape: Shape = TELEPHONY
    encoding: str = "MULAW"
    sample_rate: int | None = 8_000
    refuse: Callable[[RequestPlan], bool] = lambda _: False
    silent: bool = False
    stated_rate: int | None = None
    provider: str = "google-302ai"
    sent: list[RequestPlan] = field(factory=list)

    def plan(self, sentences: Iterable[str] = SENTENCES, limit: int = 60) -> Plan:
        """Plan a prompt of these sentences, each with a mark, for a vendor with a small limit."""
        body = " ".join(f'<mark name="{number}"/>{text}' for number, text in enumerate(sentences))
        return self.plan_of(f"<speak>{body}</speak>", limit)

    def plan_of(self, document: str, limit: int) -> Plan:
        prompts = f"prompts:\n  - {{id: hello, ssml: '{document}'}}\n"
        profile = projects.PROFILE.replace("google-302ai", self.provider)
        projects.project(self.root, {"prompts.yaml": prompts, "profiles/en.yaml": profile})
        project = voicekit.load(self.root)
        (row,) = _pipeline.render(project).rows
        settings = evolve(row.profile.settings, encoding=self.encoding, sample_rate=self.sample_rate)
        asks = _adapt.asks(row.speech, settings, limit=limit, size=lambda text: len(text.encode())).asks
        wanted = [
            _plan.Wanted(
                pack=row.pack,
                prompt=row.prompt,
                profile=row.profile,
                endpoint=Endpoint("embedded"),
                source=_embedded.source(),
                ask=evolve(ask, marks=True),
                shape=self.shape,
                text=row.text,
                place=row.prompt.place,
                piece=number,
                pieces=len(asks),
            )
            for number, ask in enumerate(asks)
        ]
        last = workplace.last_state(project, workplace.open_shelves(project))
        return Plan("mill", "", _plan.plan(wanted, last))

    @asynccontextmanager
    async def answer(self, row: RequestPlan, reserve: _run.Reserve) -> AsyncIterator[Sound]:
        """Answer as a vendor does: with one mark a quarter of a second in."""
        async with reserve() as money:
            money.spent()
            self.sent.append(row)
            await asyncio.sleep(0)
            if self.refuse(row):
                raise Unreachable.of("no answer", remedy="try again")
        pcm = Pcm(sound_of(row).samples * (not self.silent), 8_000)
        data = codecs.encode(pcm, self.encoding, self.sample_rate)
        yield Sound(data, (Mark(f"m{row.piece}", GAP),), self.stated_rate or self.sample_rate)

    def build(self, plan: Plan, *, fail_fast: bool = False) -> _run.Result:
        """Build as `voicekit build` does, with the vendor of these tests."""
        self.sent.clear()
        project = voicekit.load(self.root)
        shelves = workplace.open_shelves(project)
        runner = _run.Runner(self.root, workplace.open_store(project), shelves)
        result = asyncio.run(runner.run(plan, self.answer, concurrency=1, fail_fast=fail_fast))
        building.save(plan, shelves, result, root=self.root, whole=False)
        return result

    def file(self, row: Artefact) -> bytes:
        return (self.root / "build/phone" / row.file).read_bytes()


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


def actions(plan: Plan) -> list[str]:
    return [row.action for row in plan.requests]


def test_pieces_become_one_file_of_exactly_their_samples(desk: Desk) -> None:
    plan = desk.plan()
    (made,) = desk.build(plan).written

    octets = [riff.strip_header(codecs.encode(sound_of(row), "MULAW", 8_000)) for row in plan.requests]
    assert [(row.piece, row.pieces) for row in plan.requests] == [(0, 4), (1, 4), (2, 4), (3, 4)]
    assert (
        codecs.decode(desk.file(made)).samples.tolist()
        == codecs.decode(riff.write(b"".join(octets), codec="pcm_mulaw", rate=8_000)).samples.tolist()
    )
    assert made.duration == round(sum(map(len, octets)) / 8_000, 3)
    assert (made.size, made.encoding, made.sample_rate) == (len(desk.file(made)), "MULAW", 8_000)


def test_marks_move_by_what_was_said_before_them(desk: Desk) -> None:
    plan = desk.plan()
    (made,) = desk.build(plan).written

    samples = [sound_of(row).samples.size for row in plan.requests]
    assert made.marks == tuple(
        Mark(f"m{piece}", sum(samples[:piece]) / 8_000 + GAP) for piece in range(len(samples))
    )


def test_a_joined_file_is_known_by_its_pieces(desk: Desk) -> None:
    plan = desk.plan()
    (made,) = desk.build(plan).written

    assert made.key == _plan.joined_key([row.key for row in plan.requests])
    assert made.request_key == _plan.joined_key([row.request_key for row in plan.requests])
    assert made.pieces == tuple(row.key for row in plan.requests)
    assert made.characters_billed == sum(row.characters_billed for row in plan.requests)
    assert made.text == " ".join(SENTENCES)
    assert desk.build(desk.plan()).cached == 1


def test_a_single_piece_keeps_its_own_identity(desk: Desk) -> None:
    (row,) = desk.plan(limit=5_000).requests
    (made,) = desk.build(desk.plan(limit=5_000)).written

    assert (made.key, made.request_key, made.pieces) == (row.key, row.request_key, ())
    assert made.shape == _plan.shape_key(row.key, row.shape)


@pytest.mark.parametrize(
    ("encoding", "rate"),
    [
        ("LINEAR16", 24_000),
        ("PCM", 16_000),
        ("ALAW", 8_000),
        ("MP3", 24_000),
        ("OGG_OPUS", 24_000),
        ("OGG_OPUS", None),
    ],
)
def test_without_a_target_the_sound_is_encoded_once_as_it_was_asked_for(
    tmp_path: Path, encoding: str, rate: int | None
) -> None:
    desk = Desk(tmp_path, shape=Shape(), encoding=encoding, sample_rate=rate)
    plan = desk.plan()
    (made,) = desk.build(plan).written

    pieces = [
        codecs.decode(codecs.encode(sound_of(row), encoding, rate), encoding=encoding, sample_rate=rate)
        for row in plan.requests
    ]
    heard = codecs.decode(desk.file(made), encoding=encoding, sample_rate=rate)
    assert (made.encoding, made.sample_rate) == (encoding, rate or 24_000)
    assert heard.samples.size == concat(pieces).samples.size
    assert made.marks[-1].seconds == pytest.approx(sum(piece.seconds for piece in pieces[:-1]) + GAP)
    if encoding in ("LINEAR16", "PCM", "ALAW"):
        assert heard.samples.tolist() == concat(pieces).samples.tolist()


def test_an_unchanged_prompt_is_cached_in_all_its_pieces(desk: Desk) -> None:
    desk.build(desk.plan())
    plan = desk.plan()

    assert actions(plan) == ["cached"] * 4
    assert desk.build(plan).requests == 0


def test_changing_one_sentence_buys_one_piece(desk: Desk) -> None:
    desk.build(desk.plan())
    plan = desk.plan([*SENTENCES[:3], "Farewell, and come again."])
    result = desk.build(plan)

    assert actions(plan) == ["reshape", "reshape", "reshape", "change"]
    assert plan.requests[0].reasons == ("bought; another piece changed",)
    assert plan.requests[3].reasons == ("text",)
    assert [row.piece for row in desk.sent] == [3]
    assert (result.requests, len(result.written)) == (1, 1)
    assert actions(desk.plan([*SENTENCES[:3], "Farewell, and come again."])) == ["cached"] * 4
    assert {row.reasons for row in desk.plan().requests} == {("changed back to a sound already bought",)}


def test_a_lost_file_or_another_target_needs_no_vendor(desk: Desk) -> None:
    (made,) = desk.build(desk.plan()).written
    (desk.root / "build/phone" / made.file).unlink()
    assert actions(desk.plan()) == ["reshape"] * 4
    assert desk.build(desk.plan()).requests == 0

    desk.shape = Shape("wide", "wav", "pcm_s16le", 16_000, 1, ".wav")
    (wide,) = desk.build(desk.plan()).written

    assert (wide.encoding, wide.sample_rate) == ("LINEAR16", 16_000)
    assert (
        codecs.decode(desk.file(wide)).samples.size
        == 2
        * codecs.decode(
            codecs.encode(concat(sound_of(row) for row in desk.plan().requests), "MULAW", 8_000)
        ).samples.size
    )


def test_equal_pieces_are_bought_once_and_said_each_time(desk: Desk) -> None:
    document = f"<speak>{'<p>Please hold the line.</p>' * 3}</speak>"
    plan = desk.plan_of(document, 50)
    (made,) = desk.build(plan).written

    assert len(desk.sent) == 1
    assert [row.same_as for row in plan.requests] == [None, plan.requests[0].file, plan.requests[0].file]
    assert codecs.decode(desk.file(made)).samples.size == 3 * sound_of(plan.requests[0]).samples.size
    assert [mark.name for mark in made.marks] == ["m0"] * 3


def test_a_piece_that_fails_fails_its_prompt_and_keeps_what_was_bought(desk: Desk) -> None:
    desk.refuse = lambda row: row.piece == 2
    result = desk.build(desk.plan())

    assert result.written == []
    assert [row.piece for row, _ in result.failures] == [2]
    assert not list((desk.root / "build").rglob("*.wav"))
    with pytest.raises(BuildFailed, match="hello"):
        result.settle()

    desk.refuse = lambda _: False
    plan = desk.plan()
    assert actions(plan) == ["reshape", "reshape", "create", "reshape"]
    result = desk.build(plan)
    assert [row.piece for row in desk.sent] == [2]
    assert len(result.written) == 1


def test_a_piece_may_be_silent_only_if_it_says_nothing(desk: Desk) -> None:
    pauses = '<break time="5s"/>' * 3
    plan = desk.plan_of(f"<speak>Hello there.{pauses}</speak>", 40)
    desk.silent = True
    result = desk.build(plan)

    assert ["Hello" in row.call.body.decode() for row in plan.requests] == [True, False, False, False]
    assert [row.piece for row, _ in result.failures] == [0]


@pytest.mark.parametrize("stated", [None, 16_000])
def test_bare_samples_of_another_rate_than_was_asked_for_are_refused(desk: Desk, stated: int | None) -> None:
    desk.provider, desk.encoding, desk.stated_rate = "google", "PCM", stated
    result = desk.build(desk.plan())

    assert len(result.written) == (stated is None)
    assert {type(error) for _, error in result.failures} == ({WrongAnswer} if stated else set())
    assert all("16000 Hz; 8000 Hz were asked for" in str(error) for _, error in result.failures)


def test_a_prompt_that_is_planned_in_part_is_not_written(desk: Desk) -> None:
    plan = desk.plan()
    result = desk.build(evolve(plan, requests=plan.requests[1:]))

    assert result.written == []
    assert "only 3 of its 4 pieces" in str(result.failures[0][1])


@pytest.mark.parametrize(("fail_fast", "sent"), [(False, [0, 1, 2, 3]), (True, [0])])
def test_a_failure_stops_the_other_pieces_only_if_asked_to(
    desk: Desk, fail_fast: bool, sent: list[int]
) -> None:
    desk.refuse = lambda row: row.piece == 0
    desk.build(desk.plan(), fail_fast=fail_fast)

    assert [row.piece for row in desk.sent] == sent


def test_a_long_script_on_the_embedded_voice(desk: Desk) -> None:
    """12,000 characters through Google's limit of 5,000 bytes: one file, to the sample, with every mark in its place."""
    provider = providers.get("google-302ai")
    sentence = "The caller who waits at gate {} will be helped by the next free clerk of the mill."
    sentences = [sentence.format(number) for number in range(1, 147)]

    async def with_voice(plan: Plan) -> _run.Result:
        async with AsyncExitStack() as stack:
            app = await _embedded.app(stack)
            transport = await stack.enter_async_context(
                Transport(Endpoint("embedded"), provider, app=app, environ=os.environ)
            )
            project = voicekit.load(desk.root)
            shelves = workplace.open_shelves(project)
            runner = _run.Runner(desk.root, workplace.open_store(project), shelves)

            @asynccontextmanager
            async def send(row: RequestPlan, reserve: _run.Reserve) -> AsyncIterator[Sound]:
                desk.sent.append(row)
                async with reserve() as money:
                    sound = await transport.send(row.call, on_spent=money.spent)
                yield sound

            result = await runner.run(plan, send, concurrency=2)
            building.save(plan, shelves, result, root=desk.root, whole=False)
            return result

    plan = desk.plan(sentences, provider.capabilities.limit)
    assert len(" ".join(sentences)) >= 12_000
    assert len(plan.requests) >= 3
    result = asyncio.run(with_voice(plan))
    result.settle()
    (made,) = result.written
    assert len(desk.sent) == len(plan.requests)

    store = workplace.open_store(voicekit.load(desk.root))
    records = [store.find(row.key) for row in plan.requests]
    pieces = [
        codecs.decode(data) for record in records if record and isinstance(data := store.read(record), bytes)
    ]
    assert codecs.decode(desk.file(made)).samples.size == sum(piece.samples.size for piece in pieces)
    assert made.duration == round(sum(piece.seconds for piece in pieces), 3)
    assert [mark.name for mark in made.marks] == [str(number) for number in range(len(sentences))]
    moments = [mark.seconds for mark in made.marks]
    assert moments == sorted(set(moments))
    assert moments[-1] < made.duration
    start = 0.0
    for record, piece in zip(records, pieces, strict=True):
        assert record
        for mark in record.marks:
            assert any(
                found.name == mark.name and found.seconds == pytest.approx(start + mark.seconds)
                for found in made.marks
            )
        start += piece.seconds

    desk.sent.clear()
    changed = desk.plan([*sentences[:-1], "Thank you for holding, and goodbye."], provider.capabilities.limit)
    asyncio.run(with_voice(changed)).settle()

    assert actions(changed) == ["reshape"] * (len(plan.requests) - 1) + ["change"]
    assert [row.piece for row in desk.sent] == [len(plan.requests) - 1]
