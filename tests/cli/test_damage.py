"""What is damaged or lost on this machine between two builds: nothing is lost that was paid for, and nothing bought twice."""

import json
import signal
import subprocess
import time
from typing import Any

import pytest

from kit.serving import Server, serving
from kit.story import Story, voicekit_command


def damage_sound(story: Story, prompt: str, profile: str = "telephony-en") -> None:
    """Change a byte of a prompt's sound in the store, and remove the file that was made of it."""
    (row,) = (row for row in story.manifest() if (row["id"], row["profile"]) == (prompt, profile))
    record = json.loads(
        (story.root / ".voicekit/store/results" / row["key"][:2] / f"{row['key']}.json").read_bytes()
    )
    path = story.root / ".voicekit/store/objects" / record["digest"][:2] / record["digest"]
    path.chmod(0o644)
    path.write_bytes(path.read_bytes()[:-1] + b"\x00")
    (story.root / "build/phone" / row["file"]).unlink()


@pytest.mark.parametrize("file", ["lost", "damaged"])
def test_a_sound_that_is_damaged_in_the_store_is_bought_anew_in_the_same_build(
    team: Story, server: Server, file: str
) -> None:
    team.build()
    before = team.files()
    damage_sound(team, "goodbye")
    if file == "damaged":
        data = before["phone/en-US/goodbye.wav"]
        (team.root / "build/phone/en-US/goodbye.wav").write_bytes(data[:-1] + b"\x00")
    server.forget()

    ran = team.run("build", *(["--verify"] if file == "damaged" else []))

    assert (ran.code, server.count) == (0, 1)
    assert "1 file of sounds that were damaged in the store, and asked for anew" in ran.out
    assert team.files() == before
    assert team.build()["requests"] == 0


@pytest.mark.parametrize("flags", [("--plan", "plan.json"), ("--fail-fast",), ("--max-cost", "0.000001")])
def test_a_damaged_sound_costs_nothing_that_was_not_agreed_to(
    team: Story, server: Server, flags: tuple[str, ...]
) -> None:
    team.build()
    damage_sound(team, "goodbye")
    team.run("plan", "--out", "plan.json", "--quiet")
    server.forget()

    ran = team.run("build", *flags)

    assert server.count == 0
    assert ran.code == (6 if "--max-cost" in flags else 5)
    assert "goodbye" in ran.err


@pytest.mark.parametrize(
    ("key", "value", "words"),
    [
        ("digest", "00", "its `digest` is no SHA-256"),
        ("pieces", ["0" * 64, "00"], "its `pieces[1]` is no SHA-256"),
        ("duration", "long", "duration"),
        ("text", None, "text"),
    ],
)
def test_a_line_of_the_lock_file_that_was_edited_says_what_is_wrong_with_it(
    team: Story, key: str, value: Any, words: str
) -> None:
    team.build("--select", "goodbye pause")
    head, first, *rest = (team.root / "voicekit.lock").read_text(encoding="utf-8").splitlines()
    row = json.loads(first)
    if value is None:
        del row[key]
    else:
        row[key] = value
    team.write("voicekit.lock", "\n".join([head, json.dumps(row), *rest, ""]))
    ran = team.run("build")

    assert ran.code == 4
    assert "voicekit.lock:2: is no row of a lock file: " in ran.err
    assert words in ran.err


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ('"via":null', '"vai":null', "`asked`"),
        ('"via":null', '"via":5', "`asked`"),
        ('"sets":[]', '"sets":[5]', "`asked`"),
        ('"piece":0', '"piece":[]', "is stale"),
        ('"file":"build/', '"file":["build/"],"prompt":"', "is stale"),
        ("voicekit.plan/1", "voicekit.plan/2", "is not voicekit.plan/1"),
        ('"project"', '"more":1,"project"', "`more`"),
    ],
)
def test_a_saved_plan_is_read_as_data_and_nothing_else(
    team: Story, server: Server, old: str, new: str, words: str
) -> None:
    assert team.run("plan", "--out", "plan.json").code == 0
    team.edit("plan.json", old, new)
    ran = team.run("build", "--plan", "plan.json")

    assert (ran.code, server.count) == (4, 0)
    assert ran.err.startswith("plan.json: ")
    assert words in ran.err


def test_a_stale_plan_says_what_has_changed_since(team: Story, server: Server) -> None:
    team.build()
    team.edit("prompts.yaml", "Thank you. Goodbye.", "Thanks. Goodbye.")
    team.run("plan", "--out", "plan.json", "--quiet")

    def stale() -> str:
        server.forget()
        ran = team.run("build", "--plan", "plan.json")
        assert (ran.code, server.count) == (4, 0)
        return ran.err

    team.edit("prompts.yaml", "override: {rate: 0.9}", "override: {rate: 0.8}")
    assert "goodbye.wav differs by more than it did: text: line 4 of prompts.yaml; override: rate" in stale()
    team.edit("prompts.yaml", "override: {rate: 0.8}", "override: {rate: 0.9}")
    team.edit("prompts.yaml", "  - {id: pause,", "  - {id: silence,")
    assert "pause.wav was cached, and is now to prune" in stale()
    team.edit("prompts.yaml", "  - {id: silence,", "  - {id: pause,")
    team.edit("voicekit.yaml", server.address, "http://127.0.0.1:9")
    assert f"would go to http://127.0.0.1:9, and no longer to {server.address}" in stale()
    team.edit("voicekit.yaml", "http://127.0.0.1:9", server.address)

    assert team.run("build", "--plan", "plan.json").code == 0
    assert "goodbye.wav was to change, and is now cached" in stale()  # done is done


def test_a_saved_plan_that_is_not_there_is_told_how_to_make_one(team: Story) -> None:
    ran = team.run("build", "--plan", "plan.json")

    assert ran.code == 4
    assert "plan.json: no such file" in ran.err
    assert "voicekit plan --out plan.json" in ran.err


SLOW = "prompts:\n  - {id: 'n/{n}', text: 'Number {{ n }} in line.', each: {n: 1..40}, locale: en-US}\n"


def reserved(story: Story) -> int:
    """Return how many requests have a price set aside."""
    return sum(path.read_bytes().count(b"reserved") for path in story.root.glob(".voicekit/ledger/*.jsonl"))


def test_ctrl_c_says_what_it_waits_for_and_a_second_one_does_not_wait(team: Story, server: Server) -> None:
    team.build("--select", "goodbye")
    team.write("prompts.yaml", SLOW)
    with serving("--latency", "5") as slow:
        team.edit("voicekit.yaml", server.address, slow.address)
        team.edit("voicekit.yaml", "packs:\n", "budget: {month: 1}\npacks:\n")
        process = subprocess.Popen(
            [*voicekit_command(), "build", "--concurrency", "2"],
            cwd=team.root,
            stderr=subprocess.PIPE,
            text=True,
        )
        with process:
            assert process.stderr is not None
            deadline = time.monotonic() + 60
            while reserved(team) < 2 and time.monotonic() < deadline:
                time.sleep(0.02)
            time.sleep(0.5)  # for the request itself, which the server counts only when it is answered
            process.send_signal(signal.SIGINT)
            first = process.stderr.readline()
            process.send_signal(signal.SIGINT)
            rest = process.stderr.read()
        assert process.returncode == 130
    assert first == "stopping: what is under way is finished first; ctrl-C again cuts it off\n"
    assert "interrupted; what was cut off counts as spent" in rest
    assert "`voicekit build` goes on from here" in rest
    spent = team.run("spend", "--format", "json").json
    assert spent["total"]["requests"] == 3  # and the one before
    assert {row["status"] for row in json.loads((team.root / "build/results.json").read_bytes())["results"]} == {"skipped"}  # fmt: skip

    team.edit("voicekit.yaml", slow.address, server.address)
    server.forget()
    done = team.build()
    assert len(done["written"]) == server.count == 40
    assert done["pruned"] == 1  # what was to be pruned was not forgotten


def test_a_run_that_stops_says_what_it_did_not_try(team: Story, server: Server) -> None:
    team.edit("voicekit.yaml", server.address, "http://127.0.0.1:9")
    ran = team.run("build", "--fail-fast", "--concurrency", "1")

    assert ran.code == 5
    assert "0 files written (0:00 of sound), 1 failed, 10 not tried, 0 cached" in ran.out
    assert "`voicekit build` goes on from here, with what failed and what was not tried" in ran.err
    assert "`voicekit build --select result:error` tries again" in team.run("build").err
