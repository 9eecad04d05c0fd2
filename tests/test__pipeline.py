"""Whole builds against vendors that keep books: nothing that was paid for is lost, whatever goes wrong beside it."""

import json
import threading
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

import voicekit
from kit.fault_server import FaultServer
from kit.projects import PROFILE, write
from kit.records import keep
from kit.vendor import ENVIRON, PER_MILLION, RATE, Vendor, tone
from voicekit import _limits as limits
from voicekit import _pipeline
from voicekit._store import Store
from voicekit.errors import BudgetError, ConfigError, WrongAnswer
from voicekit.model import RequestPlan

TWO = """\
name: mill
packs:
  phone: {{prompts: prompts.yaml, profiles: [en], endpoint: one}}
  web: {{prompts: others.yaml, profiles: [en], endpoint: two}}
endpoints:
  one: {{provider: google-302ai, url: "{one}", credential: ONE}}
  two: {{provider: google-302ai, url: "{two}", credential: TWO}}
"""
BOTH = {"ONE": "k", "TWO": "k"}


def project(root: Path, configuration: str, *prompts: Mapping[str, Any]) -> Path:
    files = {"voicekit.yaml": configuration, "profiles/en.yaml": PROFILE}
    return write(
        root, {**files, "prompts.yaml": json.dumps({"prompts": prompts or [{"id": "a", "text": "Hello."}]})}
    )


def two_packs(root: Path, one: Vendor, two: Vendor) -> Path:
    """Write a project of two packs, each with an endpoint and a credential of its own."""
    write(root, {"others.yaml": "prompts: [{id: b, text: Goodbye.}]\n"})
    return project(root, TWO.format(one=one.url, two=two.url))


def build(root: Path, environ: Mapping[str, str] = ENVIRON, **options: Any) -> Any:
    return _pipeline.build(voicekit.load(root), environ=environ, **options)


def store_at(folder: Path) -> str:
    """Make the folder of a shared store, and return the line that names it."""
    folder.mkdir()
    return f"store: {{url: '{folder}'}}\n"


def keep_lies(root: Path, store: Path, data: bytes, **lies: Any) -> tuple[RequestPlan, ...]:
    """Keep bytes in a store as what each request of a project brought, with a record that is right in all that it can be held to."""
    rows: tuple[RequestPlan, ...] = voicekit.plan(voicekit.load(root), via="vendor").requests
    for row in rows:
        said = {"encoding": row.encoding, "sample_rate": RATE, **lies}
        made = {"source": row.source, "provider": row.provider, "endpoint": row.endpoint}
        keep(Store(store), data, row.key, request_key=row.request_key, **made, **said)
    return rows


# --- a credential that is missing -------------------------------------------------------------------------


def test_a_credential_that_one_endpoint_lacks_is_told_before_another_is_asked(tmp_path: Path) -> None:
    with Vendor() as one, Vendor() as two:
        root = two_packs(tmp_path, one, two)
        with pytest.raises(ConfigError, match="TWO"):
            build(root, {"ONE": "k"})
        with pytest.raises(ConfigError, match=r"(?s)ONE.*TWO"):
            build(root, {})

        assert not one.count() + two.count()
        assert len(build(root, BOTH).written) == 2


def test_what_a_shared_store_has_needs_no_credential(tmp_path: Path) -> None:
    with Vendor() as vendor:
        shared = vendor.project + store_at(tmp_path / "share")
        build(project(tmp_path / "one", shared), via="vendor")
        two = project(tmp_path / "two", shared)
        assert build(two, {}, via="vendor").fetched == 1

        project(tmp_path / "two", shared, {"id": "a", "text": "Hello."}, {"id": "b", "text": "Goodbye."})
        with pytest.raises(ConfigError, match="VENDOR_KEY"):
            build(two, {}, via="vendor")
        (file,) = (tmp_path / "share").glob("results/*/*.json")
        (tmp_path / "share/objects" / json.loads(file.read_bytes())["digest"][:2]).rename(tmp_path / "lost")
        result = build(project(tmp_path / "three", shared), {}, via="vendor")

    with pytest.raises(ConfigError, match="VENDOR_KEY"):
        result.settle()
    assert "its sound is missing" in result.warnings[0].message
    assert sum(vendor.count().values()) == 1


def test_drift_asks_no_endpoint_while_another_lacks_its_credential(tmp_path: Path) -> None:
    with Vendor() as one, Vendor() as two:
        root = two_packs(tmp_path, one, two)
        build(root, BOTH)
        with pytest.raises(ConfigError, match="TWO"):
            _pipeline.drift(voicekit.load(root), environ={"ONE": "k"})

    assert (sum(one.count().values()), sum(two.count().values())) == (1, 1)


def test_drift_asks_the_voice_that_said_it_and_each_that_did(tmp_path: Path) -> None:
    with Vendor() as vendor:
        other = {"id": "a", "text": "Hi.", "override": {"voice": "en-US-Neural2-A"}}
        root = project(tmp_path, vendor.project, other, {"id": "b", "text": "Welcome."})
        build(root, via="vendor")
        found = _pipeline.drift(voicekit.load(root), via="vendor", environ=ENVIRON)

    assert {(one.voice, one.prompt) for one in found} == {("en-US-Neural2-A", "a"), ("en-US-Neural2-F", "b")}
    assert vendor.count() == {"Hi.": 2, "Welcome.": 2}


# --- who answers ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("url", "source"),
    [
        ("http://127.9.9.9:1", "google-302ai@127.9.9.9"),
        ("http://[::1]:1", "google-302ai@::1"),
        ("http://LocalHost:1", "google-302ai@localhost"),
        ("https://127.0.0.1.example", "google-302ai"),
        ("https://127.example", "google-302ai"),
        ("https://localhost.example", "google-302ai"),
    ],
)
def test_only_this_machine_s_own_addresses_are_told_from_the_vendor(
    tmp_path: Path, url: str, source: str
) -> None:
    root = project(tmp_path, TWO.format(one=url, two=url))
    write(root, {"others.yaml": "prompts: []\n"})

    assert [row.source for row in voicekit.plan(voicekit.load(root)).requests] == [source]


# --- a budget ---------------------------------------------------------------------------------------------

PRICE = len("Hello.") * PER_MILLION / 1e6


def test_a_budget_is_held_against_what_is_bought_and_not_what_a_shared_store_has(tmp_path: Path) -> None:
    with Vendor() as vendor:
        shared = vendor.project + store_at(tmp_path / "share")
        build(project(tmp_path / "one", shared), via="vendor")
        one = {"id": "a", "text": "Hello."}
        two = project(tmp_path / "two", shared + "budget: {run: 0}\n", one)
        assert build(two, via="vendor").fetched == 1

        both = [one, {"id": "b", "text": "Sorry."}]
        for budget, written in ((PRICE / 2, 0), (PRICE, 2)):
            root = project(tmp_path / str(written), shared + f"budget: {{run: {budget:.9f}}}\n", *both)
            if written:
                assert len(build(root, via="vendor").written) == written
            else:
                with pytest.raises(BudgetError, match="a request for"):
                    build(root, via="vendor")
    assert vendor.count() == {"Hello.": 1, "Sorry.": 1}


def test_what_a_shared_store_says_it_has_and_cannot_give_is_bought_within_the_budget_only(
    tmp_path: Path,
) -> None:
    with Vendor() as vendor:
        shared = vendor.project + store_at(tmp_path / "share")
        build(project(tmp_path / "one", shared), via="vendor")
        (tmp_path / "share/objects").rename(tmp_path / "lost")
        result = build(project(tmp_path / "two", shared + "budget: {run: 0}\n"), via="vendor")

    with pytest.raises(BudgetError):
        result.settle()
    assert vendor.count() == {"Hello.": 1}


def test_a_shared_store_that_is_not_there_is_told_beside_the_budget(tmp_path: Path) -> None:
    with Vendor() as vendor:
        shared = vendor.project + store_at(tmp_path / "share")
        (tmp_path / "share").rmdir()
        with pytest.raises(BudgetError, match=r"(?s)budget of this run.*the shared folder is not there"):
            build(project(tmp_path / "one", shared + "budget: {run: 0}\n"), via="vendor")


# --- what turns out to be wrong on the way ----------------------------------------------------------------


class Slow(Vendor):
    """A vendor that answers its first two requests once it has both, and ``Hello.`` not before `released`."""

    def __init__(self) -> None:
        super().__init__()
        self.released = threading.Event()
        self._both = threading.Barrier(2)

    def take(self, text: str) -> None:
        super().take(text)
        if text in {"Hello.", "Welcome."}:
            self._both.wait(20)
        if text == "Hello.":
            self.released.wait(20)


def test_what_is_under_way_is_finished_and_kept_when_the_project_turns_out_to_be_wrong(
    tmp_path: Path,
) -> None:
    recording = tmp_path / "recordings/b.wav"
    with Slow() as vendor:
        root = project(
            tmp_path,
            vendor.project,
            {"id": "a", "text": "Hello."},
            {"id": "b", "text": "Welcome."},
            {"id": "mine", "text": "Mine.", "recorded": "recordings/b.wav"},
            {"id": "c", "text": "Goodbye."},
        )
        write(root, {"recordings/b.wav": tone("Mine.")})
        result = build(
            root,
            via="vendor",
            concurrency=2,
            on_plan=lambda _: recording.unlink(),
            on_done=lambda step, _: vendor.released.set() if step.first.recording else None,
        )

        assert ({row.id for row in result.written}, result.undone) == ({"a", "b"}, 1)
        with pytest.raises(ConfigError, match=r"b\.wav.*no such file"):
            result.settle()
        noted = json.loads((root / "build/phone/manifest.json").read_bytes())["prompts"]
        assert {row["id"] for row in noted} == {"a", "b"}
        write(root, {"recordings/b.wav": tone("Mine.")})
        assert len(build(root, via="vendor").written) == 2

    assert vendor.count() == {"Hello.": 1, "Welcome.": 1, "Goodbye.": 1}
    assert vendor.lost == 0


# --- a store that holds what is no sound ------------------------------------------------------------------


def test_what_was_kept_here_and_is_no_sound_is_made_anew_and_in_no_one_s_way_again(tmp_path: Path) -> None:
    """As an older voicekit may have left it, which believed a shared store's digests."""
    with Vendor() as vendor:
        root = project(
            tmp_path, vendor.project, {"id": "a", "text": "Hello."}, {"id": "b", "text": "Goodbye."}
        )
        first, second = keep_lies(root, root / ".voicekit/store", b"<html>Sign in</html>")
        assert (first.action, second.action) == ("create", "create")
        result = build(root, via="vendor")

        result.settle()
        assert (len(result.written), result.renewed) == (2, 2)
        assert not build(root, via="vendor").written
        assert vendor.count() == {"Hello.": 1, "Goodbye.": 1}
    assert {path.name[:64] for path in (root / ".voicekit/store/quarantine").iterdir()} == {
        first.key,
        second.key,
    }


def test_what_is_made_anew_keeps_to_the_endpoint_s_rate(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("voicekit._run.pace._MINUTE", 1.0)
    with Vendor() as vendor:
        slow = vendor.project.replace("credential:", "requests_per_minute: 1, credential:")
        root = project(tmp_path, slow, *({"id": f"p{n}", "text": f"Line {n}."} for n in range(3)))
        keep_lies(root, root / ".voicekit/store", b"")
        began = time.monotonic()
        result = build(root, via="vendor")

        # It cannot be less, however busy the machine: the first is sent at once, and each of the others a minute later.
        assert time.monotonic() - began >= 2.0
        assert (result.renewed, sum(vendor.count().values())) == (3, 3)


# --- sounds that a vendor makes in its own time -----------------------------------------------------------

LATER = """\
name: mill
packs: {{phone: {{prompts: prompts.yaml, profiles: [slow], endpoint: later}}}}
endpoints: {{later: {{provider: unified-v2-async-302ai, url: "{url}"}}}}
"""
SLOW = "provider: unified-v2-async-302ai\nlanguage: en-US\nvoice: alloy\nencoding: MP3\n"


@pytest.fixture
def later(monkeypatch: pytest.MonkeyPatch) -> Iterator[FaultServer]:
    """A vendor with tasks, which answers with what is put into its queue."""
    for name, value in {"TASK_PAUSES": (0.001, 1.0, 0.001), "BACKOFF": (0.0, 0.0)}.items():
        monkeypatch.setattr(limits, name, value)
    with FaultServer.in_thread() as server:
        yield server


def test_a_task_whose_sound_is_not_what_was_asked_for_is_not_asked_about_again(
    tmp_path: Path, later: FaultServer
) -> None:
    root = project(tmp_path, LATER.format(url=later.at("good")))
    write(root, {"profiles/slow.yaml": SLOW})
    for accepted in (1, 2):
        later.queue = ["task", "made"]  # which the fault server makes of bytes that no decoder knows
        assert [type(error) for _, error in build(root).failures] == [WrongAnswer]
        assert later.accepted == accepted
        assert not list(root.glob(".voicekit/tasks/*"))


def test_a_task_that_is_over_is_bought_again_within_the_budget_only(
    tmp_path: Path, later: FaultServer
) -> None:
    root = project(tmp_path, LATER.format(url=later.at("good")))
    write(root, {"profiles/slow.yaml": SLOW})
    later.queue = ["task", "400"]
    build(root)
    assert len(list(root.glob(".voicekit/tasks/*"))) == 1
    write(root, {"voicekit.yaml": LATER.format(url=later.at("good")) + "budget: {month: 0}\n"})
    later.queue = ["404"]
    result = build(root)

    assert [type(error) for _, error in result.failures] == [BudgetError]
    assert (result.requests, later.accepted) == (0, 1)
    with pytest.raises(BudgetError):
        build(root)
