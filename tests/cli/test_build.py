"""`voicekit build`: a story of edits, with the requests that were sent as its witness."""

import json
import os
import signal
import subprocess
import threading
import time
from pathlib import Path

import av
import numpy as np
import pytest

from kit.story import FILES, Story, voicekit_command
from voicekit import _files


def test_a_build_makes_what_a_telephone_plays(story: Story) -> None:
    done = story.build()

    assert done["requests"] == FILES
    assert len(story.files()) == FILES
    for row in story.manifest():
        path = story.root / "build/phone" / row["file"]
        with av.open(str(path)) as container:
            stream = container.streams.audio[0]
            assert (
                stream.codec_context.name,
                stream.codec_context.sample_rate,
                stream.codec_context.channels,
            ) == ("pcm_mulaw", 8000, 1)
            samples = np.concatenate([frame.to_ndarray().ravel() for frame in container.decode(stream)])
        peak = np.abs(samples.astype(float)).max() / 32768
        assert row["duration"] == pytest.approx(len(samples) / 8000, abs=0.001)
        assert row["id"] == "pause" or 0.05 < peak < 0.999


def test_a_second_build_sends_nothing_and_one_changed_value_makes_one_file(story: Story) -> None:
    story.build()
    before = story.files()
    assert story.build()["requests"] == 0

    story.edit("prompts.yaml", "position: 3", "position: 4")
    story.edit("voicekit.yaml", "telephony-es", "telephony-es")
    done = story.build("--select", "profile:telephony-en")

    after = story.files()
    assert done["requests"] == 1
    assert [name for name in after if after[name] != before[name]] == ["phone/en-US/queue-position.wav"]


def test_the_reason_is_told_in_the_user_s_words(story: Story) -> None:
    story.build()
    story.edit("profiles/telephony-en.yaml", "pitch: -1.5", "pitch: -2")

    ran = story.run("plan")

    assert "profile telephony-en: pitch -1.5 → -2" in ran.out
    assert ran.out.count("~") == 6


def test_a_missing_file_is_shaped_again_without_a_request(story: Story) -> None:
    story.build()
    (story.root / "build/phone/en-US/goodbye.wav").unlink()

    assert [row["action"] for row in story.plan()["requests"]].count("reshape") == 1
    done = story.build()

    assert (done["requests"], len(done["written"])) == (0, 1)
    assert len(story.files()) == FILES


def test_what_no_prompt_asks_for_is_pruned_but_never_what_people_put_there(story: Story) -> None:
    story.build()
    changed = story.root / "build/phone/en-US/digits/0.wav"
    changed.write_bytes(b"a recording of our own")
    mine = story.root / "build/phone/en-US/mine.wav"
    mine.write_bytes(b"mine")
    story.edit(
        "prompts.yaml",
        '  - {id: "digits/{digit}", text: "{{ digit }}", each: {digit: 0..2}, tags: [digits]}\n',
        "",
    )

    assert [row["action"] for row in story.plan()["requests"]].count("prune") == 6
    done = story.build()

    assert done["pruned"] == 5
    assert changed.exists()
    assert mine.exists()
    assert not (story.root / "build/phone/es-US/digits").exists()
    assert {row["id"] for row in story.manifest()} == {"queue-position", "goodbye", "pause"}


def test_a_file_that_voicekit_did_not_write_is_never_overwritten(story: Story) -> None:
    path = story.root / "build/phone/en-US/goodbye.wav"
    path.parent.mkdir(parents=True)
    path.write_bytes(b"a recording of our own")

    ran = story.run("build")

    assert ran.code == 5
    assert "did not write" in ran.err
    assert len(story.files()) == FILES, "the others are built all the same"
    assert path.read_bytes() == b"a recording of our own"


def test_the_manifest_holds_the_contract_s_keys(story: Story) -> None:
    story.build()
    row = story.manifest()[0]
    keys = {
        "id", "locale", "profile", "file", "key", "text", "duration", "sample_rate", "encoding", "loudness", "provider",
        "endpoint", "source", "characters_billed",
    }  # fmt: skip

    assert set(row) >= keys
    assert row["source"].startswith("embedded/espeak-ng@")
    assert (row["encoding"], row["sample_rate"]) == ("MULAW", 8000)


def test_without_a_target_the_vendor_s_bytes_are_kept(story: Story) -> None:
    story.edit("voicekit.yaml", ", target: telephony", "")
    story.edit("profiles/telephony.yaml", "MULAW\nsample_rate: 8000", "OGG_OPUS")
    story.build("--select", "goodbye")

    data = (story.root / "build/phone/en-US/goodbye.ogg").read_bytes()

    assert data.startswith(b"OggS")


def test_the_same_project_builds_the_same_bytes_elsewhere(
    story: Story, tmp_path_factory: pytest.TempPathFactory
) -> None:
    story.build()
    here = story.files()
    other = Story(tmp_path_factory.mktemp("elsewhere"), story._capsys)
    other.build("--project", str(other.root), "--concurrency", "1")

    assert other.files() == here


def test_a_missing_credential_is_named_before_anything_is_sent(story: Story) -> None:
    ran = story.run("build", "--via", "302ai")

    assert ran.code == 4
    assert "VOICEKIT_302AI_KEY" in ran.err
    assert not story.files()


def test_a_full_disk_is_told_and_leaves_nothing_half_written(
    story: Story, monkeypatch: pytest.MonkeyPatch
) -> None:
    real, written = os.write, 0

    def full(file: int, data: bytes) -> int:
        nonlocal written
        written += len(data)
        if written > 60_000:
            raise OSError(28, "No space left on device")
        return real(file, data)

    monkeypatch.setattr(os, "write", full)
    ran = story.run("build")
    monkeypatch.undo()

    assert ran.code == 7
    assert "space" in ran.err
    assert not list(story.root.rglob(f"{_files.TEMPORARY}*"))
    for data in story.files().values():
        assert int.from_bytes(data[4:8], "little") + 8 == len(data)


def test_another_run_that_holds_the_lock_is_told(story: Story, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("voicekit._pipeline.building._LOCK_SECONDS", 0.1)
    with _files.lock(story.root / ".voicekit/lock", timeout=1):
        ran = story.run("build")

    assert ran.code == 7
    assert "lock" in ran.err


def test_a_vendor_that_fails_costs_the_failing_prompts_only(story: Story) -> None:
    """The local server refuses a voice that does not exist; everything else is built and kept."""
    story.write("profiles/wrong.yaml", "extends: telephony-en\nvoice: en-US-Nobody\n")
    story.edit("voicekit.yaml", "telephony-es]", "wrong]")

    ran = story.run("build", "--select", "goodbye pause")

    assert ran.code == 5
    assert "does not exist" in ran.err
    assert ran.err.count("goodbye (wrong)") == 1
    assert {row["profile"] for row in story.manifest()} == {"telephony-en"}


def test_ctrl_c_finishes_what_is_under_way_and_the_next_build_goes_on(story: Story) -> None:
    story.write(
        "prompts.yaml", 'prompts:\n  - {id: "n/{n}", text: "Number {{ n }}, please.", each: {n: 1..300}}\n'
    )
    process = subprocess.Popen(
        [*voicekit_command(), "build"], cwd=story.root, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    deadline = time.monotonic() + 30
    while not list((story.root / ".voicekit").rglob("*.json")) and time.monotonic() < deadline:
        time.sleep(0.02)
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=30)

    assert process.returncode == 130
    assert b"goes on from here" in err
    made = len(story.files())
    assert 0 < made < 600
    assert len(story.manifest()) == made
    assert story.build()["requests"] == 600 - made


def test_a_server_on_a_socket_gives_the_same_sound_under_another_name(story: Story) -> None:
    process = subprocess.Popen(
        [*voicekit_command(), "serve", "--port", "0"], stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    watchdog = threading.Timer(60, process.kill)
    watchdog.start()
    try:
        address = process.stdout.readline().split()[-1]
        story.edit(
            "voicekit.yaml",
            "endpoints:\n",
            f"endpoints:\n  here: {{provider: google-302ai, url: '{address}'}}\n",
        )
        story.build()
        embedded = story.files()
        done = story.build("--via", "here")

        assert done["requests"] == FILES
        assert story.files() == embedded
        assert {row["source"] for row in story.manifest()} == {"google-302ai@127.0.0.1"}
        assert {row["endpoint"] for row in story.manifest()} == {"here"}
    finally:
        process.terminate()
        code = process.wait(30)
        process.stdout.close()
        watchdog.cancel()
    assert code == 0


def test_json_on_stdout_is_never_mixed_with_anything(story: Story) -> None:
    ran = story.run("build", "--format", "json")

    assert json.loads(ran.out)["schema"] == "voicekit.build/1"


def test_breaks_are_exact_silence_in_the_file(story: Story) -> None:
    story.build("--select", "pause")
    path: Path = story.root / "build/phone/en-US/pause.wav"

    with av.open(str(path)) as container:
        samples = sum(frame.samples for frame in container.decode(audio=0))

    assert samples == 8000


def test_two_packs_with_the_same_files_each_have_their_own_manifest(story: Story) -> None:
    story.edit(
        "voicekit.yaml",
        "endpoints:\n",
        "  spare: {prompts: prompts.yaml, profiles: [telephony-en], target: telephony}\nendpoints:\n",
    )
    story.build("--select", "goodbye")

    assert [row["file"] for row in story.manifest("phone")] == ["en-US/goodbye.wav"]
    assert [row["file"] for row in story.manifest("spare")] == ["en-US/goodbye.wav"]
    assert story.build("--select", "goodbye")["cached"] == 2


def test_a_renamed_profile_takes_its_files_over(story: Story) -> None:
    story.build()
    (story.root / "profiles/telephony-en.yaml").rename(story.root / "profiles/voice-en.yaml")
    story.edit("voicekit.yaml", "telephony-en", "voice-en")
    story.build()

    rows = story.manifest()
    assert len(rows) == len({row["file"] for row in rows}) == FILES
    assert story.run("plan", "--detailed-exitcode").code == 0


@pytest.mark.parametrize("obstacle", ["build", ".voicekit"])
def test_an_obstacle_is_found_before_anything_is_bought(story: Story, obstacle: str) -> None:
    (story.root / "elsewhere").mkdir()
    (story.root / obstacle).symlink_to("elsewhere")

    ran = story.run("build")

    assert ran.code == 7
    assert "link" in ran.err
    assert not list((story.root / "elsewhere").iterdir())


def test_a_full_output_is_told_without_a_traceback(story: Story) -> None:
    if not Path("/dev/full").exists():
        pytest.skip("this system has no /dev/full")
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            [*voicekit_command(), "plan"], cwd=story.root, stdout=full, stderr=subprocess.PIPE, check=False
        )

    assert done.returncode == 7
    assert b"Traceback" not in done.stderr


def test_a_kill_at_any_moment_tears_nothing_and_buys_nothing_twice(story: Story) -> None:
    story.write(
        "prompts.yaml", 'prompts:\n  - {id: "n/{n}", text: "Number {{ n }}, please.", each: {n: 1..120}}\n'
    )
    results = story.root / ".voicekit/store/results"
    for goal in (3, 40, 90):
        process = subprocess.Popen(
            [*voicekit_command(), "build"],
            cwd=story.root,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        deadline = time.monotonic() + 60
        while len(list(results.rglob("*.json"))) < goal and time.monotonic() < deadline:
            time.sleep(0.005)
        process.kill()
        process.wait(30)
        for data in story.files().values():
            assert int.from_bytes(data[4:8], "little") + 8 == len(data)
    kept = len(list(results.rglob("*.json")))

    assert story.build()["requests"] == 240 - kept
    assert len(story.files()) == len(story.manifest()) == 240
    assert not list(story.root.rglob(f"{_files.TEMPORARY}*"))


def test_a_selection_of_nothing_is_told(story: Story) -> None:
    assert story.run("build", "--select", "tag:menuu").out == "nothing to do: nothing is selected\n"
