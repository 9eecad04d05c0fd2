"""Whole builds over the wires that answer with links and tasks: embedded, over a socket, and killed in the middle."""

import json
import subprocess
import time
from pathlib import Path

import pytest

from kit.serving import Server, serving
from kit.story import Story, voicekit_command
from voicekit import providers

VOICES = {
    "unified-v2-302ai": ("en-US-Wavenet-A", "MP3"),
    "unified-v2-async-302ai": ("en-US-Wavenet-A", "LINEAR16"),
    "f5-tts-302ai": ("https://recordings.example.com/anna.wav", "LINEAR16"),
    "dubbingx-302ai": ("30149", "LINEAR16"),
    "mureka-302ai": ("Luna", "MP3"),
}
LATER = [name for name in VOICES if providers.get(name).poll_routes]
FILES = {f"phone/{name}/en-US/{prompt}.wav" for name in VOICES for prompt in ("hello", "goodbye")}


@pytest.fixture
def story(story: Story) -> Story:
    """A project with a profile for each provider, which `here` may send anywhere."""
    for name, (voice, encoding) in VOICES.items():
        rows = (f"provider: {name}", "language: en-US", f"voice: '{voice}'", f"encoding: {encoding}")
        story.write(f"profiles/{name}.yaml", "\n".join(rows) + "\n")
    story.write(
        "prompts.yaml", "prompts:\n  - {id: hello, text: One moment.}\n  - {id: goodbye, text: Goodbye.}\n"
    )
    point(story, "http://127.0.0.1:9")
    return story


def point(story: Story, address: str, *, below_names: bool = True) -> None:
    """Write the project's own file, with an endpoint for each provider at a server."""
    ends = (
        f"  {name}: {{provider: {name}, url: '{address}{f'/{name}' if below_names else ''}'}}"
        for name in VOICES
    )
    rows = (
        "name: waiting",
        f"packs: {{phone: {{prompts: prompts.yaml, profiles: [{', '.join(VOICES)}], target: telephony}}}}",
        "endpoints:",
        *ends,
        f"environments: {{here: [{', '.join(VOICES)}]}}",
    )
    story.write("voicekit.yaml", "\n".join(rows) + "\n")


def tasks(story: Story) -> list[Path]:
    return sorted(story.root.glob(".voicekit/tasks/*.json"))


def test_every_wire_builds_embedded_and_over_a_socket(story: Story) -> None:
    assert story.build("--via", "embedded")["requests"] == len(FILES)
    embedded = story.files()
    assert set(embedded) == FILES

    with serving() as server:
        point(story, server.address)
        assert story.build("--via", "here")["requests"] == len(FILES)
        page = server.asked()

    assert story.files() == embedded
    assert not tasks(story)
    assert {name: row["accepted"] for name, row in page["providers"].items()} == dict.fromkeys(VOICES, 2)
    polled = {row["provider"] for row in page["requests"] if row["kind"] == "poll"}
    assert polled == set(LATER)


def test_the_authentic_paths_lead_to_the_right_wire(story: Story) -> None:
    """The two members of the unified endpoint differ by their query only."""
    with serving() as server:
        point(story, server.address, below_names=False)
        story.build("--via", "here", "--select", "hello")
        page = server.asked()

    assert {name: row["accepted"] for name, row in page["providers"].items()} == dict.fromkeys(VOICES, 1)
    asked = {row["provider"]: (row["path"], row["query"]) for row in page["requests"] if row["accepted"]}
    assert asked["unified-v2-302ai"] == ("/302/v2/audio/tts", {})
    assert asked["unified-v2-async-302ai"] == ("/302/v2/audio/tts", {"run_async": "true"})


def killed_while_waiting(story: Story, server: Server, *selection: str) -> None:
    """Build until a task's name is on the disk, and kill the process there."""
    command = [*voicekit_command(), "build", "--via", "here", *selection]
    process = subprocess.Popen(command, cwd=story.root, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        deadline = time.monotonic() + 30
        while not tasks(story) and time.monotonic() < deadline:
            time.sleep(0.01)
    finally:
        process.kill()
        process.wait(30)
    assert server.count == 1
    assert not story.files()


@pytest.mark.parametrize("name", LATER)
def test_a_kill_between_submitting_and_fetching_pays_once(story: Story, name: str) -> None:
    selection = ("--select", f"profile:{name},hello")
    with serving("--latency", "2") as server:
        point(story, server.address)
        killed_while_waiting(story, server, *selection)
        (kept,) = tasks(story)
        task = json.loads(kept.read_text(encoding="utf-8"))["id"]

        story.edit("voicekit.yaml", "endpoints:", "budget: {month: 0}\nendpoints:")

        assert story.build("--via", "here", *selection)["requests"] == 0
        assert server.count == 1, "the same task was asked about, and nothing submitted anew"
        asked = {
            row["path"].rpartition("/")[2] for row in server.asked()["requests"] if row["kind"] == "poll"
        }
    assert asked == {task}
    assert set(story.files()) == {f"phone/{name}/en-US/hello.wav"}
    assert not kept.exists()


@pytest.mark.parametrize("name", LATER)
def test_a_task_is_known_until_its_sound_is_kept(story: Story, name: str) -> None:
    selection = ("--via", "here", "--select", f"profile:{name},hello")
    with serving() as server:
        point(story, server.address)
        story.write(".voicekit/store/objects", "no room for a folder")
        assert story.run("build", *selection).code == 7
        (kept,) = tasks(story)
        (story.root / ".voicekit/store/objects").unlink()

        story.build(*selection)

        assert server.count == 1
    assert set(story.files()) == {f"phone/{name}/en-US/hello.wav"}
    assert not kept.exists()


def test_a_name_that_a_kill_left_beside_its_sound_is_swept(story: Story) -> None:
    selection = ("--via", "here", "--select", f"profile:{LATER[0]},hello")
    with serving() as server:
        point(story, server.address)
        story.build(*selection)
        (row,) = story.plan(*selection)["requests"]
        for key in (row["key"], "f00d" * 16):
            story.write(f".voicekit/tasks/{key}.json", '{"id": "f00d"}')
        story.write(".voicekit/tasks/mine.json", "{}")
        story.build("--verify", *selection)

    assert {path.stem for path in tasks(story)} == {"f00d" * 16, "mine"}


@pytest.mark.parametrize("name", LATER)
def test_a_task_that_nobody_knows_any_more_is_asked_for_anew(story: Story, name: str) -> None:
    selection = ("--select", f"profile:{name},hello")
    with serving() as server:
        point(story, server.address)
        (row,) = story.plan("--via", "here", *selection)["requests"]
        story.write(f".voicekit/tasks/{row['key']}.json", '{"id": "f00d"}')

        assert story.build("--via", "here", *selection)["requests"] == 1

        kinds = [(one["kind"], one["status"]) for one in server.asked()["requests"]]
    assert kinds[:2] == [("poll", 404), ("synthesize", 200)]
    assert kinds.count(("synthesize", 200)) == 1
    assert set(story.files()) == {f"phone/{name}/en-US/hello.wav"}
    assert not tasks(story)


def test_what_rests_on_a_guess_is_not_sent_to_the_vendor(story: Story) -> None:
    point(story, "https://api.example.com", below_names=False)

    for name, told in (("mureka-302ai", "Mureka's speech"), ("dubbingx-302ai", "one program")):
        ran = story.run("plan", "--via", "here", "--select", f"profile:{name}")
        assert ran.code == 4
        assert "on a guess" in ran.err
        assert told in ran.err
        assert f"endpoints.{name}.path" in ran.err
    assert story.run("plan", "--via", "here", "--select", "profile:f5-tts-302ai").code == 0
