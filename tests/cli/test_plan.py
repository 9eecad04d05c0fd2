"""`voicekit plan`: the contract of its JSON, its exit codes and what it says."""

import json
from pathlib import Path

import pytest

from kit.story import FILES, Story
from voicekit import _wire

ROW = {
    "pack", "prompt", "profile", "locale", "file", "piece", "action", "reasons", "request_key", "key",
    "characters_billed", "same_as", "request",
}  # fmt: skip


def test_every_row_has_the_contract_s_keys(story: Story) -> None:
    planned = story.plan()

    assert planned["schema"] == "voicekit.plan/1"
    assert len(planned["requests"]) == FILES
    for row in planned["requests"]:
        assert set(row) >= ROW
        assert set(row["request"]) >= {"method", "path", "query", "body"}
        assert row["action"] == "create"


def test_the_page_s_example_plans_to_the_page_s_body(story: Story) -> None:
    story.write("prompts.yaml", 'prompts:\n  - {id: example, text: "302 is truly an awesome platform."}\n')
    story.write(
        "profiles/page.yaml",
        "provider: google-302ai\nlanguage: cmn-CN\nvoice: cmn-CN-Chirp3-HD-Schedar\npitch: 0\nrate: 0.96\n"
        "encoding: LINEAR16\neffects: [headphone-class-device]\n",
    )
    story.write("voicekit.yaml", "name: page\npacks:\n  web: {prompts: prompts.yaml, profiles: [page]}\n")

    (row,) = story.plan()["requests"]

    assert row["request"] == {
        "method": "POST",
        "path": "/google/v1/text-synthesize",
        "query": {"response_format": "url"},
        "body": {
            "audioConfig": {
                "audioEncoding": "LINEAR16",
                "effectsProfileId": ["headphone-class-device"],
                "pitch": 0,
                "speakingRate": 0.96,
            },
            "input": {"text": "302 is truly an awesome platform."},
            "voice": {"languageCode": "cmn-CN", "name": "cmn-CN-Chirp3-HD-Schedar"},
        },
    }
    assert row["file"] == "build/web/cmn-CN/example.wav"


def test_keys_follow_from_what_is_asked_and_who_answers(story: Story) -> None:
    here, vendor = story.plan()["requests"], story.plan("--via", "302ai")["requests"]

    for one, other in zip(here, vendor, strict=True):
        assert one["request_key"] == other["request_key"]
        assert one["key"] != other["key"]
        assert other["key"] == _wire.digest(_wire.canonical([other["request_key"], "google-302ai"]))


def test_only_a_paid_endpoint_has_a_price(story: Story) -> None:
    here, vendor = story.plan()["summary"], story.plan("--via", "302ai")["summary"]

    assert here["price"] == 0
    assert vendor["price"] == pytest.approx(vendor["characters_billed"] * 40e-6)


def test_the_detailed_exit_code_says_whether_changes_are_pending(story: Story) -> None:
    assert story.run("plan", "--detailed-exitcode").code == 2
    story.build()

    assert story.run("plan", "--detailed-exitcode").code == 0


def test_identical_requests_are_bought_once(story: Story) -> None:
    story.write("prompts.yaml", "prompts:\n  - {id: one, text: Hello.}\n  - {id: two, text: Hello.}\n")
    rows = {(row["prompt"], row["profile"]): row for row in story.plan()["requests"]}

    assert rows["one", "telephony-en"]["same_as"] is None
    assert rows["two", "telephony-en"]["same_as"] == rows["one", "telephony-en"]["file"]
    assert story.build()["requests"] == 2
    assert len(story.files()) == 4


def test_what_the_checks_refuse_exits_with_3_and_keeps_stdout_empty(story: Story) -> None:
    story.write("prompts.yaml", 'prompts:\n  - {id: bad, ssml: "<speak>a & b</speak>"}\n')

    ran = story.run("plan", "--format", "json")

    assert (ran.code, ran.out) == (3, "")
    assert "prompts.yaml:2" in ran.err
    assert "&amp;" in ran.err


def test_an_unknown_endpoint_is_named_with_those_that_exist(story: Story) -> None:
    ran = story.run("plan", "--via", "302a")

    assert ran.code == 4
    assert "302ai" in ran.err


@pytest.mark.parametrize(
    ("expression", "ids"),
    [
        ("tag:queue", {"queue-position"}),
        ("queue-* goodbye", {"queue-position", "goodbye"}),
        ("tag:digits,locale:es", {"digits/0", "digits/1", "digits/2"}),
        ("profile:*-es,id:pause", {"pause"}),
        ("script:ivr/*", {"queue-position"}),
    ],
)
def test_selection_is_union_by_space_and_intersection_by_comma(
    story: Story, expression: str, ids: set[str]
) -> None:
    assert {row["prompt"] for row in story.plan("--select", expression)["requests"]} == ids


def test_state_selects_by_what_a_build_would_do(story: Story) -> None:
    story.build()
    story.edit("prompts.yaml", "Thank you.", "Thanks.")

    (row,) = story.plan("--select", "state:modified")["requests"]

    assert (row["prompt"], row["action"]) == ("goodbye", "change")


def test_namesakes_of_two_locales_are_selected_each_by_what_it_says_itself(story: Story) -> None:
    story.write(
        "prompts.yaml",
        "prompts: [{id: hello, text: Hello., locale: en-US, tags: [menu]}, {id: hello, text: Hola., locale: es-US, tags: [late]}]\n",
    )

    for tag, locale in (("menu", "en-US"), ("late", "es-US")):
        (row,) = story.plan("--select", f"tag:{tag}")["requests"]
        (left,) = story.plan("--exclude", f"tag:{tag}")["requests"]
        assert (row["prompt"], row["locale"]) == ("hello", locale)
        assert left["locale"] != locale


def test_a_selection_sees_what_is_set(story: Story) -> None:
    story.write("prompts.yaml", "prompts:\n  - {id: hello, text: Hola.}\n")
    story.edit("voicekit.yaml", ", telephony-es]", "]")
    said = ("--set", "language=es-US", "--set", "voice=es-US-Neural2-A")

    (row,) = story.plan(*said, "--select", "locale:es-US")["requests"]

    assert (row["prompt"], row["locale"]) == ("hello", "es-US")
    assert story.plan(*said, "--select", "locale:en-US")["requests"] == []


def test_a_selection_of_nothing_is_told_and_an_unknown_state_is_refused(story: Story) -> None:
    assert "nothing is selected" in story.run("plan", "--select", "tag:menuu").out
    assert story.run("plan", "--select", "state:bogus").code == 4


def test_set_lays_settings_and_values_over_everything(story: Story) -> None:
    rows = story.plan("--set", "rate=1.5", "--set", "company=Acme")["requests"]

    assert {row["request"]["body"]["audioConfig"]["speakingRate"] for row in rows} == {1.5}
    assert any("Acme" in json.dumps(row["request"]["body"]) for row in rows)


@pytest.mark.parametrize("bad", ["rate=9", "pitch=nan", "pich=1", "encoding=AMR_WB"])
def test_a_set_that_does_not_fit_is_refused(story: Story, bad: str) -> None:
    ran = story.run("plan", "--set", bad)

    assert ran.code == 4
    assert "Traceback" not in ran.err


def test_profiles_that_share_a_locale_get_a_folder_each(story: Story) -> None:
    story.write("profiles/telephony-slow.yaml", "extends: telephony-en\nrate: 0.8\n")
    story.edit("voicekit.yaml", "telephony-es]", "telephony-slow]")

    files = {row["file"] for row in story.plan("--select", "pause")["requests"]}

    assert files == {"build/phone/telephony-en/en-US/pause.wav", "build/phone/telephony-slow/en-US/pause.wav"}


def test_a_file_that_is_another_s_folder_is_a_collision(story: Story) -> None:
    story.write("prompts.yaml", "prompts:\n  - {id: a, text: x}\n  - {id: a.wav/b, text: y}\n")

    ran = story.run("plan")

    assert ran.code == 4
    assert "collides" in ran.err


def test_the_plan_is_the_same_from_another_folder(story: Story, monkeypatch: pytest.MonkeyPatch) -> None:
    here = story.plan()
    monkeypatch.chdir(Path("/"))

    assert story.plan("--project", str(story.root)) == here


def test_warnings_of_one_rule_on_one_line_are_told_once_with_their_number(story: Story) -> None:
    story.write(
        "prompts.yaml",
        'prompts:\n  - {id: "n/{n}", text: "Your code is {{ n }}.", each: {n: 10001..10009}, locale: en-US}\n',
    )
    made = story.run("plan")
    told = [line for line in made.err.splitlines() if "VK603" in line]

    assert told == [
        "prompts.yaml:2: warning VK603 the digits 10001 are read as a number (and 8 more like it; see `voicekit check`)"
    ]
    assert story.run("check").out.count("VK603") == 9
    story.build()
    assert story.run("plan").err == made.err  # also where it is recalled


def test_the_footer_counts_files_and_says_of_how_many_pieces(story: Story) -> None:
    sentence = "We are open from Monday to Friday, and the line is answered by people who know the way. "
    story.write("prompts.yaml", f"prompts:\n  - {{id: long, text: '{sentence * 80}', locale: en-US}}\n  - {{id: short, text: Hi., locale: en-US}}\n")  # fmt: skip
    planned = story.plan()
    pieces = sum(row["prompt"] == "long" for row in planned["requests"])
    ran = story.run("plan")

    assert pieces > 1
    assert planned["summary"]["create"] == pieces + 1
    assert planned["summary"]["files"] == {"create": 2, "change": 0, "reshape": 0, "prune": 0, "cached": 0}
    assert f"2 to create, 0 cached; 1 file of them in {pieces} pieces" in ran.out
    assert f"{pieces + 1} requests to embedded" in ran.out
    assert "2 files written" in story.run("build").out
