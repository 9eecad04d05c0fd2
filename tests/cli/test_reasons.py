"""Why a prompt is made again: each kind of change, in the words of whoever made it, and told by `plan` alone."""

from collections.abc import Mapping

import pytest

from kit.story import Story
from voicekit import _embedded

PLS = """<?xml version="1.0"?>
<lexicon version="1.0" xmlns="http://www.w3.org/2005/01/pronunciation-lexicon" alphabet="ipa" xml:lang="en-US">
  <lexeme><grapheme>Jones</grapheme><alias>Johns</alias></lexeme>
  <lexeme><grapheme>Xyloq</grapheme><alias>zy lock</alias></lexeme>
</lexicon>
"""


def reasons(story: Story, *arguments: str) -> Mapping[str, tuple[str, ...]]:
    """Return the reasons of everything that a plan would do, by prompt."""
    rows = story.plan(*arguments)["requests"]
    return {row["prompt"]: tuple(row["reasons"]) for row in rows if row["action"] != "cached"}


@pytest.fixture
def english(story: Story) -> Story:
    """A built project in English, whose base profile states a rate."""
    story.edit("voicekit.yaml", "[telephony-en, telephony-es]", "[telephony-en]")
    story.edit("voicekit.yaml", "packs:\n", "lexicons: [brand.pls]\npacks:\n")
    story.write("lexicons/brand.pls", PLS)
    story.edit("profiles/telephony-en.yaml", "rate: 0.96\n", "")
    story.edit("profiles/telephony.yaml", "encoding: MULAW", "rate: 0.95\nencoding: MULAW")
    story.write(
        "prompts.yaml",
        "prompts:\n  - {id: queue-position, script: ivr/queue-position, values: {position: 3}}\n"
        "  - {id: brand, text: Welcome to Xyloq.}\n  - {id: plain, text: Goodbye.}\n",
    )
    story.build()
    return story


def test_a_setting_of_the_base_profile(english: Story) -> None:
    english.edit("profiles/telephony.yaml", "rate: 0.95", "rate: 0.90")

    assert set(reasons(english).values()) == {("profile telephony: rate 0.95 → 0.90",)}


def test_a_line_of_a_text_and_of_a_template(english: Story) -> None:
    english.edit("prompts.yaml", "Goodbye.", "Bye.")
    english.edit("templates/ivr/queue-position.en.ssml.j2", "You are the", "You are now the")

    assert reasons(english) == {
        "plain": ("text: line 4 of prompts.yaml",),
        "queue-position": ("text: line 7 of templates/ivr/queue-position.en.ssml.j2",),
    }


def test_an_entry_of_a_lexicon_that_is_said_otherwise_or_goes(english: Story) -> None:
    english.edit("lexicons/brand.pls", "zy lock", "zee lock")
    assert reasons(english) == {"brand": ("lexicon brand.pls: Xyloq",)}

    english.edit("lexicons/brand.pls", "zee lock", "zy lock")
    english.edit("lexicons/brand.pls", "  <lexeme><grapheme>Jones", "\n\n  <lexeme><grapheme>Jones")
    assert reasons(english) == {}  # the same entry, further down

    english.edit("lexicons/brand.pls", "<grapheme>Xyloq", "<grapheme>Xylok")
    assert reasons(english) == {"brand": ("lexicon brand.pls: Xyloq",)}


def test_a_value_of_the_prompt_and_of_the_project(english: Story) -> None:
    english.edit("prompts.yaml", "position: 3", "position: 4")
    english.edit("voicekit.yaml", '"Smith & Sons"', "Acme")

    assert reasons(english) == {
        "queue-position": ("value company Smith & Sons → Acme", "value position 3 → 4")
    }


def test_a_value_that_only_looks_as_if_it_were_read(english: Story) -> None:
    text = "{id: %s, text: 'Hello {{ name }}.', values: {name: %s, e: %s, am: 1}}"
    english.write("prompts.yaml", f"prompts: [{text % ('a', 'Ann', 1)}, {text % ('b', 'Ben', 1)}]")
    english.build()
    english.write("prompts.yaml", f"prompts: [{text % ('a', 'Ada', 2)}, {text % ('b', 'Ben', 2)}]")

    assert reasons(english) == {"a": ("value name Ann → Ada",)}


def test_the_engine_and_its_libraries(english: Story, monkeypatch: pytest.MonkeyPatch) -> None:
    source = _embedded.source()
    engine, *libraries = source.removeprefix("embedded/").split("+")
    name, _, version = engine.partition("@")
    newer = "+".join([f"{name}@9.9", *libraries])
    monkeypatch.setattr(_embedded, "source", lambda: f"embedded/{newer}")

    assert set(reasons(english).values()) == {(f"engine {name} {version} → 9.9",)}
