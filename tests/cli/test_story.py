"""A team's days with one project: what each plan says, what each build buys. The server's own count is the witness."""

import json
import shutil
import signal
import subprocess
import time
from pathlib import Path
from typing import Any

import pytest

from kit.serving import Server, serving
from kit.story import FILES, TARGET, Story, voicekit_command


def pending(planned: dict[str, Any]) -> list[tuple[str, str, tuple[str, ...]]]:
    return [
        (row["action"], row["file"].removeprefix("build/phone/"), tuple(row["reasons"]))
        for row in planned["requests"]
        if row["action"] != "cached"
    ]


def lock(story: Story) -> list[dict[str, Any]]:
    lines = (story.root / "voicekit.lock").read_text(encoding="utf-8").splitlines()
    assert json.loads(lines[0]) == {"schema": "voicekit.lock/1"}
    assert lines[1:] == sorted(lines[1:], key=lambda line: json.loads(line)["pack"])
    return [json.loads(line) for line in lines[1:]]


def test_a_first_build_buys_each_sound_once_and_a_second_nothing(team: Story, server: Server) -> None:
    first = team.build()
    bought = server.count
    second = team.build()

    assert len(first["written"]) == FILES
    assert bought == first["requests"] == len({row["request_key"] for row in lock(team)})
    assert (second["requests"], server.count) == (0, bought)
    assert {row["source"] for row in lock(team)} == {"google-302ai@127.0.0.1"}


def test_one_edited_line_is_one_change_with_its_line_and_one_request(team: Story, server: Server) -> None:
    team.build()
    server.forget()
    team.edit("templates/ivr/queue-position.en.ssml.j2", "You are the", "You are now the")

    assert pending(team.plan()) == [
        ("change", "en-US/queue-position.wav", ("text: line 7 of templates/ivr/queue-position.en.ssml.j2",))
    ]
    assert len(team.build()["written"]) == 1
    assert server.count == 1


def test_a_changed_value_and_a_changed_base_profile_are_told_by_name(team: Story) -> None:
    team.build()
    team.edit("prompts.yaml", "values: {position: 3}", "values: {position: 4}")
    assert {reason for *_, reasons in pending(team.plan()) for reason in reasons} == {"value position 3 → 4"}

    team.edit("prompts.yaml", "values: {position: 4}", "values: {position: 3}")
    team.edit("profiles/telephony.yaml", "encoding: MULAW", "rate: 0.9\nencoding: MULAW")
    reasons = {reasons for *_, reasons in pending(team.plan())}
    assert reasons == {("profile telephony: rate not stated → 0.9",)}


def test_a_renamed_prompt_is_not_paid_again(team: Story, server: Server) -> None:
    team.build()
    server.forget()
    team.edit("prompts.yaml", "{id: goodbye,", "{id: farewell, moved: goodbye,")

    assert pending(team.plan()) == [
        ("reshape", "en-US/farewell.wav", ("renamed from goodbye",)),
        ("prune", "en-US/goodbye.wav", ("renamed to farewell",)),
    ]
    done = team.build()

    assert (done["requests"], done["pruned"], server.count) == (0, 1, 0)
    assert "farewell" in {row["prompt"] for row in lock(team)}
    assert "goodbye" not in {row["prompt"] for row in lock(team)}


def test_an_id_that_never_was_renames_nothing_and_says_so(team: Story) -> None:
    team.edit("prompts.yaml", "{id: goodbye,", "{id: farewell, moved: goodby,")
    assert "VK413" not in team.run("check").out  # nothing was built yet

    team.build("--select", "tag:digits")
    team.edit("prompts.yaml", "moved: goodby,", "moved: digits/9,")
    ran = team.run("plan")

    assert "prompts.yaml:4" in ran.err
    assert "VK413 nothing of pack phone was ever built as `digits/9`, so that nothing is renamed" in ran.err
    assert "did you mean `digits/" in team.run("check").out
    team.build()
    assert "VK413" not in team.run("plan").err  # it has been built under its own id


def test_a_clone_plans_what_is_not_on_this_machine_and_says_so(team: Story, tmp_path: Path) -> None:
    team.build()
    for part in ("build", ".voicekit"):
        shutil.rmtree(tmp_path / part)

    planned = team.plan()

    assert {row["action"] for row in planned["requests"]} == {"create"}
    assert {tuple(row["reasons"]) for row in planned["requests"]} == {
        ("built before, but its bytes are not on this machine",)
    }
    assert planned["summary"]["price"] > 0


def test_the_embedded_voice_and_the_vendor_live_side_by_side(team: Story, server: Server) -> None:
    team.build()
    server.forget()
    team.build("--via", "embedded")
    assert {row["source"].partition("/")[0] for row in team.manifest()} == {"embedded"}

    back = team.plan()
    assert {row["action"] for row in back["requests"]} == {"reshape"}
    assert all(reason.startswith("the file holds what the embedded voice said") for row in back["requests"] for reason in row["reasons"])  # fmt: skip
    assert (team.build()["requests"], server.count) == (0, 0)
    assert {row["source"] for row in team.manifest()} == {"google-302ai@127.0.0.1"}
    kinds = {(row["prompt"], row["profile"], row["source"].partition("/")[0]) for row in lock(team)}
    assert len(kinds) == len(lock(team)) == 2 * FILES


def test_a_new_locale_buys_only_that(team: Story, server: Server) -> None:
    team.build()
    server.forget()
    team.write(
        "profiles/telephony-de.yaml",
        "extends: telephony\nprovider: google-302ai\nlanguage: de-DE\nvoice: de-DE-Neural2-B\n",
    )
    team.edit("voicekit.yaml", "profiles: [telephony-en, telephony-es]", "profiles: [telephony-en, telephony-es, telephony-de]")  # fmt: skip

    planned = pending(team.plan())
    done = team.build()

    assert {file.partition("/")[0] for _, file, _ in planned} == {"de-DE"}
    assert server.count == done["requests"] == len(planned)


def test_what_is_killed_half_way_goes_on_and_buys_nothing_twice(team: Story, server: Server) -> None:
    team.write(
        "prompts.yaml",
        'prompts:\n  - {id: "n/{n}", text: "You are number {{ n }} in line.", each: {n: 1..150}, locale: en-US}\n',
    )
    process = subprocess.Popen([*voicekit_command(), "build", "--quiet"], cwd=team.root)
    deadline = time.monotonic() + 60
    while server.count < 20 and time.monotonic() < deadline:
        time.sleep(0.02)
    process.send_signal(signal.SIGKILL)
    process.wait(30)
    at_the_kill = server.count
    done = team.build()

    assert at_the_kill >= 20
    assert len(team.manifest()) == 150
    assert server.count - 150 <= 16  # those that were under way
    assert done["requests"] <= 150 - at_the_kill + 16


def test_a_budget_refuses_before_anything_is_sent(team: Story, server: Server) -> None:
    team.write("voicekit.yaml", (team.root / "voicekit.yaml").read_text() + "budget: {run: 0.0001}\n")
    ran = team.run("build")

    assert ran.code == 6
    assert "budget" in ran.err
    assert server.count == 0
    assert not (team.root / "build/phone/manifest.json").exists()


@pytest.mark.parametrize("verb", ["check", "plan", "build"])
def test_a_recording_that_is_not_there_is_told_by_every_verb(story: Story, verb: str) -> None:
    story.edit("prompts.yaml", "{id: goodbye,", "{id: goodbye, recorded: recordings/goodbye.wav,")

    ran = story.run(verb)

    assert ran.code == 4
    assert "prompts.yaml:4: recorded: the recording recordings/goodbye.wav: no such file" in ran.err


def test_failures_in_the_same_words_are_told_once(story: Story) -> None:
    story.edit(
        "voicekit.yaml",
        "endpoints:\n",
        "endpoints:\n  gone: {provider: google-302ai, url: 'http://127.0.0.1:9'}\n",
    )

    ran = story.run("build", "--via", "gone", "--select", "id:digits/*")
    one = story.run("build", "--via", "gone", "--select", "id:goodbye")

    first = "prompts.yaml:3: digits/0 (telephony-en), digits/1 (telephony-en), digits/2 (telephony-en) and 3 more: "
    assert ran.code == 5
    assert [line for line in ran.err.splitlines() if "refused" in line] == [
        f"{first}google-302ai: connection refused"
    ]
    assert "goodbye (telephony-en): google-302ai: connection refused" in one.err


def test_what_failed_is_tried_again_by_its_result(team: Story, server: Server) -> None:
    team.build("--exclude", "tag:digits")
    team.edit("voicekit.yaml", server.address, "http://127.0.0.1:9")
    ran = team.run("build")
    results = json.loads((team.root / "build/results.json").read_text(encoding="utf-8"))

    assert ran.code == 5
    assert results["schema"] == "voicekit.results/1"
    failed = {row["prompt"] for row in results["results"] if row["status"] == "error"}
    assert failed == {"digits/0", "digits/1", "digits/2"}

    team.edit("voicekit.yaml", "http://127.0.0.1:9", server.address)
    server.forget()
    done = team.build("--select", "result:error")
    assert len(done["written"]) == done["requests"] == server.count == 6


def test_a_saved_plan_is_done_as_it_stands_or_refused(team: Story, server: Server) -> None:
    assert team.run("plan", "--out", "plan.json").code == 0
    team.edit("prompts.yaml", "Thank you. Goodbye.", "Thanks. Goodbye.")
    stale = team.run("build", "--plan", "plan.json")

    assert stale.code == 4
    assert "stale" in stale.err
    assert server.count == 0

    team.edit("prompts.yaml", "Thanks. Goodbye.", "Thank you. Goodbye.")
    assert team.run("build", "--plan", "plan.json").code == 0
    assert len(team.manifest()) == FILES


def test_a_saved_plan_is_stale_once_its_host_has_changed(team: Story, server: Server) -> None:
    team.run("plan", "--out", "plan.json", "--quiet")
    team.edit("voicekit.yaml", server.address, "https://elsewhere.example")
    ran = team.run("build", "--plan", "plan.json")

    assert (ran.code, server.count) == (4, 0)
    assert "stale" in ran.err


@pytest.mark.parametrize("where", [("request", "path"), ("request", "body"), ("key",), ("file",)])
def test_an_edited_plan_is_never_sent(team: Story, server: Server, where: tuple[str, ...]) -> None:
    team.run("plan", "--out", "plan.json", "--quiet")
    saved = json.loads((team.root / "plan.json").read_text(encoding="utf-8"))
    node = saved["requests"][0]
    for key in where[:-1]:
        node = node[key]
    node[where[-1]] = "/etc/passwd"
    team.write("plan.json", json.dumps(saved))
    ran = team.run("build", "--plan", "plan.json")

    assert (ran.code, server.count) == (4, 0)


def test_a_recording_is_adopted_and_never_overwritten(team: Story, server: Server) -> None:
    team.build()
    mine = (team.root / "build/phone/en-US/digits/1.wav").read_bytes()
    (team.root / "recordings").mkdir()
    (team.root / "recordings/goodbye.wav").write_bytes(mine)
    server.forget()
    team.edit("prompts.yaml", "{id: goodbye,", "{id: goodbye, recorded: recordings/goodbye.wav,")
    done = team.build()

    assert (done["requests"], server.count) == (0, 0)
    assert (team.root / "build/phone/en-US/goodbye.wav").read_bytes() == mine
    assert {row["source"] for row in team.manifest() if row["id"] == "goodbye"} == {"recorded"}
    assert (team.root / "recordings/goodbye.wav").read_bytes() == mine
    assert team.build()["requests"] == 0

    team.edit("prompts.yaml", "Thank you. Goodbye.", "Thanks for calling. Goodbye.")
    ran = team.run("check")
    assert "VK412" in ran.out
    assert "Thank you. Goodbye." in ran.out


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ('{"schema":"voicekit.lock/2"}\n', "of a newer voicekit"),
        ("not json\n", "does not begin with"),
        ('{"schema":"voicekit.lock/1"}\n<<<<<<< ours\n', "in the middle of a merge"),
        ('{"schema":"voicekit.lock/1"}\n{"pack":"phone"}\n', "is no row of a lock file"),
    ],
)
def test_a_lock_file_that_cannot_be_read_stops_with_its_line(team: Story, content: str, words: str) -> None:
    team.write("voicekit.lock", content)
    ran = team.run("plan")

    assert ran.code == 4
    assert words in ran.err
    assert "voicekit.lock:" in ran.err


def test_environments_and_selectors_have_names(team: Story, server: Server) -> None:
    team.write(
        "voicekit.yaml",
        (team.root / "voicekit.yaml").read_text()
        + f"environments: {{shop: [{TARGET}, embedded], dev: [embedded]}}\nselectors: {{numbers: 'tag:digits locale:es'}}\n",
    )

    planned = team.plan("--via", "dev", "--select", "selector:numbers,profile:telephony-en")
    assert {(row["prompt"], row["endpoint"]) for row in planned["requests"]} == {
        (f"digits/{digit}", "embedded") for digit in range(3)
    }
    assert {row["endpoint"] for row in team.plan("--via", "shop")["requests"]} == {TARGET}
    assert team.run("plan", "--select", "selector:numbrs").code == 4


def test_a_fallback_is_another_voice_and_says_so(team: Story, server: Server) -> None:
    team.write(
        "profiles/backup-en.yaml",
        "extends: telephony\nprovider: google\nlanguage: en-US\nvoice: en-US-Wavenet-D\n",
    )
    team.edit(
        "voicekit.yaml",
        f"  {TARGET}: {{provider: google-302ai, url: '{server.address}/google-302ai'}}",
        "  here: {provider: google-302ai, url: 'http://127.0.0.1:9', fallback: "
        "{endpoint: backup, profiles: {telephony-en: backup-en}}}\n"
        f"  backup: {{provider: google, url: '{server.address}/google'}}",
    )
    ran = team.run("build", "--format", "json", "--select", "tag:digits")

    assert ran.code == 5  # Spanish has no stand-in
    assert len(ran.json["fallbacks"]) == 3
    assert {(row["profile"], row["provider"], row["endpoint"]) for row in team.manifest()} == {
        ("telephony-en", "google", "backup")
    }
    assert all("backup with profile backup-en, instead of here" in row["fallback"] for row in team.manifest())
    assert server.count == 3

    again = team.plan("--select", "tag:digits,locale:en")["requests"]
    assert {row["action"] for row in again} == {"change"}
    assert all("made by the fallback" in row["reasons"][0] for row in again)


@pytest.mark.parametrize("key", ["wrong", "right"])
def test_a_wrong_key_is_tried_once_and_other_endpoints_go_on(
    team: Story, server: Server, key: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("VOICEKIT_KEY", key)
    with serving("--require-key", "right") as strict:
        team.edit(
            "voicekit.yaml",
            "endpoints:\n",
            f"endpoints:\n  strict: {{provider: google-302ai, credential: VOICEKIT_KEY, url: '{strict.address}/google-302ai', "
            "fallback: {endpoint: here, profiles: {telephony-en: telephony-en}, on: [refused]}}\n",
        )
        team.edit("voicekit.yaml", "target: telephony, endpoint: here", "target: telephony, endpoint: strict")
        ran = team.run("build", "--format", "json", "--concurrency", "1")

    if key == "right":
        assert (ran.code, ran.json["requests"], server.count) == (0, FILES, 0)
        return
    assert ran.code == 5
    assert "check the endpoint's credential" in ran.err
    assert server.count == len(ran.json["fallbacks"]) == 6  # English has a stand-in
    assert ran.json["requests"] == 1 + server.count


def test_a_fallback_must_speak_the_same_language(team: Story) -> None:
    team.edit("voicekit.yaml", "{provider: google-302ai, url:", "{fallback: {endpoint: embedded, profiles: {telephony-en: telephony-es}}, provider: google-302ai, url:")  # fmt: skip
    ran = team.run("plan")

    assert ran.code == 4
    assert "telephony-es speaks es-US, and telephony-en en-US" in ran.err


def test_captions_lie_beside_the_sound_with_the_marks_times(team: Story) -> None:
    team.edit("voicekit.yaml", "target: telephony,", "target: telephony, captions: [vtt, srt],")
    team.write(
        "prompts.yaml",
        'prompts:\n  - id: menu\n    ssml: \'<speak>For sales, press 1.<break time="1s"/><mark name="two"/>For help, press 2.</speak>\'\n    locale: en-US\n',
    )
    team.build()
    (row,) = team.manifest()
    vtt = (team.root / "build/phone/en-US/menu.vtt").read_text(encoding="utf-8")
    (mark,) = row["marks"]

    assert row["captions"] == ["en-US/menu.vtt", "en-US/menu.srt"]
    assert vtt.startswith("WEBVTT")
    assert "For sales, press 1." in vtt
    assert f"{mark['seconds']:06.3f} --> 00:00:{row['duration']:05.2f}" in vtt
    assert team.build()["written"] == []


def test_captions_follow_their_sound(team: Story, server: Server) -> None:
    team.edit("voicekit.yaml", "target: telephony,", "target: telephony, captions: [vtt, srt],")
    folder = team.root / "build/phone/en-US"
    team.build()
    team.edit("prompts.yaml", "Thank you. Goodbye.", "Thanks. Goodbye.")
    team.edit("prompts.yaml", "{id: pause,", "{id: silence, moved: pause,")
    team.build()

    assert "Thanks. Goodbye." in (folder / "goodbye.vtt").read_text(encoding="utf-8")
    assert "Thanks. Goodbye." in (folder / "goodbye.srt").read_text(encoding="utf-8")
    assert {path.name for path in folder.glob("*.vtt")} == {
        "goodbye.vtt",
        "queue-position.vtt",
        "silence.vtt",
    }

    (folder / "goodbye.srt").write_text("mine", encoding="utf-8")
    team.edit("voicekit.yaml", "captions: [vtt, srt],", "captions: [vtt],")
    team.build()
    assert [path.name for path in folder.glob("*.srt")] == ["goodbye.srt"]  # it is no longer what we wrote
    assert team.plan()["summary"]["cached"] == FILES


def test_captions_that_somebody_else_wrote_stand_in_the_way_before_anything_is_bought(
    team: Story, server: Server
) -> None:
    team.edit("voicekit.yaml", "target: telephony,", "target: telephony, captions: [vtt],")
    team.write("build/phone/en-US/goodbye.vtt", "mine")
    ran = team.run("build", "--select", "goodbye")

    assert (ran.code, server.count) == (5, 0)
    assert "goodbye.vtt: goodbye (telephony-en): a file that voicekit did not write stands here" in ran.err


def test_a_run_may_not_cost_more_than_the_command_allows(team: Story, server: Server) -> None:
    assert team.run("build", "--max-cost", "0.0001").code == 6
    assert server.count == 0
    assert team.run("build", "--max-cost", "1").code == 0
    spent = team.run("spend", "--format", "json").json
    assert spent["schema"] == "voicekit.spend/1"
    assert server.count > 0


def test_a_shared_store_saves_a_colleague_the_price(
    team: Story, server: Server, tmp_path_factory: pytest.TempPathFactory
) -> None:
    shared = tmp_path_factory.mktemp("shared")
    team.edit("voicekit.yaml", "packs:\n", f"store: {{url: '{shared}'}}\npacks:\n")
    team.build()
    files = team.files()
    for part in ("build", ".voicekit"):
        shutil.rmtree(team.root / part)
    server.forget()

    assert {row["action"] for row in team.plan()["requests"]} == {"create"}
    refreshed = team.plan("--refresh")["requests"]
    assert {row["action"] for row in refreshed} == {"reshape"}
    assert {tuple(row["reasons"]) for row in refreshed} == {("built before, sound already bought",)}
    done = team.build()

    assert (done["requests"], server.count) == (0, 0)
    assert done["fetched"] > 0
    assert team.files() == files


def test_the_plan_explains_where_everything_comes_from(team: Story) -> None:
    found = {
        (row["prompt"], row["profile"], row["name"]): (row["value"], row["source"])
        for row in team.plan("--explain", "--set", "gain=2")["explained"]
    }

    assert found["goodbye", "telephony-en", "rate"] == (0.9, "override, prompts.yaml:4")
    assert found["queue-position", "telephony-en", "pitch"] == (
        -1.5,
        "profile telephony-en, profiles/telephony-en.yaml:5",
    )
    assert (
        found["queue-position", "telephony-en", "sample_rate"][1]
        == "base profile telephony, profiles/telephony.yaml:3"
    )
    assert found["queue-position", "telephony-en", "gain"] == (2, "--set")
    assert found["queue-position", "telephony-en", "values.company"] == ("Smith & Sons", "voicekit.yaml")
    assert found["queue-position", "telephony-en", "values.position"] == (3, "prompt, prompts.yaml:2")
    assert found["queue-position", "telephony-es", "pitch"][1].startswith("not stated")
    assert found["pause", "telephony-es", "endpoint"] == (TARGET, "pack phone")


def test_a_noted_plan_says_the_same_as_one_made_from_nothing(team: Story) -> None:
    team.build()
    recalled = team.plan()
    shutil.rmtree(team.root / ".voicekit/memo")
    made = team.plan()

    assert recalled["requests"] == made["requests"]
    assert recalled["findings"] == made["findings"]
    assert {key: recalled["summary"][key] for key in made["summary"]} == made["summary"]
    for lost in ("rows.jsonl", "findings.json", "memo.json"):
        (team.root / ".voicekit/memo" / lost).unlink()
        assert team.plan() == made
    for part in ("build/phone/en-US/goodbye.wav", "prompts.yaml", "templates/ivr/queue-position.es.ssml.j2"):
        path = team.root / part
        before = path.read_bytes()
        assert team.run("plan", "--detailed-exitcode").code == 0
        path.write_bytes(
            before.replace(b"Goodbye", b"Good day").replace(b"fila", b"cola")
            if part[0] != "b"
            else before[:-1]
        )
        assert team.run("plan", "--detailed-exitcode").code == 2, part
        path.write_bytes(before)


@pytest.mark.parametrize("lost", ["voicekit.lock", "build/results.json", "build/phone/manifest.json"])
def test_a_record_that_was_lost_is_written_again_without_a_request(
    team: Story, server: Server, lost: str
) -> None:
    team.build()
    before = (team.root / lost).read_bytes()
    server.forget()
    (team.root / lost).unlink()
    team.plan()
    team.build()

    assert server.count == 0
    if lost != "build/results.json":  # which tells of the last build alone
        assert (team.root / lost).read_bytes() == before
    assert (team.root / lost).exists()


def test_captions_that_were_lost_are_written_again(team: Story, server: Server) -> None:
    team.edit("voicekit.yaml", "target: telephony,", "target: telephony, captions: [vtt],")
    team.build("--select", "goodbye")
    server.forget()
    (team.root / "build/phone/en-US/goodbye.vtt").unlink()
    team.build("--select", "goodbye")

    assert (team.root / "build/phone/en-US/goodbye.vtt").exists()
    assert server.count == 0


def test_a_plan_is_not_saved_over_another_file(team: Story) -> None:
    before = (team.root / "voicekit.yaml").read_bytes()

    assert team.run("plan", "--out", "voicekit.yaml").code == 4
    assert (team.root / "voicekit.yaml").read_bytes() == before
    assert team.run("plan", "--out", "plan.json").code == team.run("plan", "--out", "plan.json").code == 0


@pytest.mark.parametrize("amount", ["nan", "inf", "-1", "much"])
def test_an_amount_that_is_none_is_a_misuse(team: Story, amount: str) -> None:
    assert team.run("build", "--max-cost", amount).code == 64
    assert team.run("drift", "--max-cost", amount).code == 64


@pytest.mark.parametrize("form", ["jsonl", "markdown"])
def test_a_plan_has_other_forms(team: Story, form: str) -> None:
    ran = team.run("plan", "--format", form, "--select", "goodbye")

    assert ran.code == 0
    if form == "jsonl":
        head, row, last = map(json.loads, ran.out.splitlines())
        assert (head["schema"], row["prompt"], last["summary"]["create"]) == ("voicekit.plan/1", "goodbye", 1)
    else:
        assert "| + | `build/phone/en-US/goodbye.wav` | 19 | new |" in ran.out


def test_drift_is_none_where_the_vendor_says_the_same(team: Story, server: Server) -> None:
    team.build()
    server.forget()
    ran = team.run("drift", "--format", "json")

    assert ran.code == 0, ran.err
    assert ran.json["schema"] == "voicekit.drift/1"
    assert [row["status"] for row in ran.json["canaries"]] == ["same", "same"]
    assert server.count == 2


def test_drift_is_told_where_the_vendor_says_something_else(team: Story) -> None:
    team.build()
    with serving("--fault", "truncate=0.5") as strange:
        text = (team.root / "voicekit.yaml").read_text(encoding="utf-8")
        start = text.index("http://127.0.0.1")
        team.write(
            "voicekit.yaml", text[:start] + f"{strange.address}/google-302ai" + text[text.index("'", start) :]
        )
        ran = team.run("drift", "--format", "json")

    assert ran.code == 5
    assert {row["status"] for row in ran.json["canaries"]} == {"failed"}


def test_prune_lists_first_and_removes_only_when_told(team: Story) -> None:
    team.build()
    team.edit("prompts.yaml", '  - {id: "digits/{digit}", text: "{{ digit }}", each: {digit: 0..2}, tags: [digits]}\n', "")  # fmt: skip
    listed = team.run("prune", "--sounds", "--format", "json").json

    assert len(listed["files"]) == 6
    assert (listed["sounds"], listed["removed"]) == ([], False)  # the lock file still names them
    assert len(team.files()) == FILES
    removed = team.run("prune", "--yes", "--format", "json").json
    assert removed["files"] == listed["files"]
    assert len(team.files()) == FILES - 6
    gone = team.run("prune", "--sounds", "--yes", "--format", "json").json
    assert (len(gone["sounds"]), gone["bytes"] > 0) == (6, True)
    assert team.plan()["summary"]["cached"] == FILES - 6
