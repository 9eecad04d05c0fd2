"""`rule`: the pages of the checks at the command line, inside a project or not."""

import pytest

from kit.story import Story
from voicekit import checks


@pytest.fixture
def outside(story: Story, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Story:
    monkeypatch.chdir(tmp_path_factory.mktemp("nowhere"))
    return story


def test_a_rule_s_page_has_every_section_and_the_examples_as_they_are(outside: Story) -> None:
    ran = outside.run("rule", "VK304")

    assert ran.code == 0
    assert ran.out.startswith("VK304: an element that the voice does not speak\n\nWhat: ")
    assert "\nWhy: " in ran.out
    assert "\nFix: " in ran.out
    assert "\nBad:\n    profile:\n        voice: en-US-Chirp3-HD-Kore\n" in ran.out
    assert '<emphasis>moment</emphasis>.</speak>"}  ←\n' in ran.out
    assert max(map(len, ran.out.splitlines())) <= 110
    assert outside.run("rule", "vk304").out == ran.out


def test_all_rules_are_listed_in_columns(outside: Story) -> None:
    head, *rows = outside.run("rule").out.splitlines()

    assert head.split() == ["CODE", "NAME", "WHAT"]
    assert [row.split()[0] for row in rows] == list(checks.codes())
    assert {row[head.index("NAME") - 1] for row in rows} == {" "}


def test_json_holds_the_same(outside: Story) -> None:
    one = outside.run("rule", "VK102", "--format", "json").json
    everything = outside.run("rule", "--format", "json").json

    assert one["schema"] == "voicekit.rules/1"
    assert [rule["code"] for rule in everything["rules"]] == list(checks.codes())
    assert one["rules"] == [rule for rule in everything["rules"] if rule["code"] == "VK102"]
    assert set(one["rules"][0]) == {"code", "name", "title", "what", "why", "fix", "bad", "good"}


def test_an_unknown_code_names_the_nearest(outside: Story) -> None:
    ran = outside.run("rule", "VK3O4")

    assert ran.code == 4
    assert "did you mean `VK304`?" in ran.err
    assert "`voicekit rule` lists all" in outside.run("rule", "frobnicate").err


def test_the_reference_has_every_rule() -> None:
    page = checks.page()

    assert [line[3:8] for line in page.splitlines() if line.startswith("## ")] == list(checks.codes())
    assert page.count("**Bad:**") == sum(len(rule.bad) for rule in checks.rules())
