"""Edges of the rules of telephony and craft: what they tell from each other, in four languages, and what they leave alone."""

import json
from pathlib import Path

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

import voicekit
from kit.projects import project
from voicekit import _pipeline, checks
from voicekit.checks import Row
from voicekit.checks._words import sentences
from voicekit.model import Fact

VOICES = {
    "en": "language: en-US\nvoice: en-US-Neural2-F\n",
    "es": "language: es-US\nvoice: es-US-Neural2-A\n",
    "fr": "language: fr-FR\nvoice: fr-FR-Neural2-A\n",
    "de": "language: de-DE\nvoice: de-DE-Neural2-C\n",
    "it": "language: it-IT\nvoice: it-IT-Neural2-A\n",
}


def write(root: Path, *said: str, language: str = "en", **files: str) -> Path:
    """Write a project that says these texts, or SSML where one starts with a tag."""
    kinds = ("ssml" if text.startswith("<speak") else "text" for text in said)
    rows = "".join(f"- {{id: p{n}, {kind}: {json.dumps(text)}}}\n" for n, (kind, text) in enumerate(zip(kinds, said, strict=True)))  # fmt: skip
    profile = f"provider: google\n{VOICES[language]}encoding: LINEAR16\n"
    return project(root, {"prompts.yaml": f"prompts:\n{rows}", "profiles/en.yaml": profile, **files})


def codes(root: Path, *said: str, language: str = "en", **files: str) -> set[str]:
    found = voicekit.check(voicekit.load(write(root, *said, language=language, **files)))
    return {finding.code for finding in found if finding.code.startswith("VK6")}


def row(root: Path, said: str, language: str = "en") -> Row:
    [rendered] = _pipeline.render(voicekit.load(write(root, said, language=language))).rows
    return _pipeline.check_row(rendered)


@pytest.mark.parametrize(
    ("language", "text", "first"),
    [
        ("en", "Press 1 or 2 for sales.", True),
        ("en", "You have these choices: dial 1 if you agree.", True),
        ("en", "Press the star key now to go back.", True),
        ("en", "Press or say one for sales.", True),
        ("en", "To save press 1 to delete press 2", False),
        ("en", "Otherwise, press 2.", False),
        ("en", "Press two keys to go on.", False),
        ("en", "Dial 911 for help.", False),
        ("en", "Press any key to go on.", False),
        ("es", "Por favor, oprima la tecla de asterisco para volver.", True),
        ("es", "Marque uno de estos números para volver.", False),
        ("fr", "Veuillez appuyer sur la touche étoile pour revenir.", True),
        ("fr", "Tapez un code pour entrer.", False),
        ("fr", "Pour revenir, tapez étoile.", False),
        ("de", "Drücken Sie die Raute-Taste, um zu enden.", True),
        ("de", "Für den Verkauf drücken Sie die 1.", False),
        ("it", "Press 1 for sales.", False),
    ],
)
def test_a_key_comes_behind_its_option(tmp_path: Path, language: str, text: str, first: bool) -> None:
    assert ("VK601" in codes(tmp_path, text, language=language)) is first


@pytest.mark.parametrize(
    "text",
    ["preſſ 1 to go", "PRESS ONE FOR SALES", "press\u00a01 for sales", "dial ١ to go", "wählen ſie 1 um"],
)
def test_letters_that_only_look_alike_stop_nothing(tmp_path: Path, text: str) -> None:
    for language in VOICES:
        codes(tmp_path, text, language=language)


def test_the_verbs_of_one_language_are_no_mixture(tmp_path: Path) -> None:
    both = ("Para ventas, oprima 1.", "Para pagos, puede oprimir 2.")

    assert "VK605" not in codes(tmp_path, *both, language="es")
    assert "VK605" in codes(tmp_path, *both, "Para hablar, pulse 0.", language="es")


def test_regions_may_differ_in_their_words(tmp_path: Path) -> None:
    files = {
        "voicekit.yaml": "name: x\npacks: {p: {prompts: prompts.yaml, profiles: [en, gb]}}\n",
        "profiles/gb.yaml": "provider: google\nlanguage: en-GB\nvoice: en-GB-Neural2-A\nencoding: LINEAR16\n",
        "prompts.yaml": "prompts:\n- {id: us, locale: en-US, text: Enter it and press pound.}\n"
        "- {id: gb, locale: en-GB, text: Enter it and press hash.}\n",
    }
    root = project(
        tmp_path, {"profiles/en.yaml": f"provider: google\n{VOICES['en']}encoding: LINEAR16\n", **files}
    )

    assert "VK605" not in {finding.code for finding in voicekit.check(voicekit.load(root))}


def test_the_rarest_wording_is_told_where_it_stands(tmp_path: Path) -> None:
    said = (
        "<speak>\n<s>For sales, press 1.</s>\n<s>For billing, dial 2.</s>\n</speak>",
        "For help, press 0.",
    )
    root = write(tmp_path, said[1], **{"templates/menu.ssml.j2": f"---\n---\n{said[0]}"})
    listed = (root / "prompts.yaml").read_text(encoding="utf-8")
    (root / "prompts.yaml").write_text(f"{listed}- {{id: menu, script: menu}}\n", encoding="utf-8")

    [found] = [finding for finding in voicekit.check(voicekit.load(root)) if finding.code == "VK605"]

    assert (Path(found.place.path).name, found.place.line) == ("menu.ssml.j2", 5)
    assert '"press" in 2, "dial" in 1' in found.message


@pytest.mark.parametrize(
    ("text", "fires"),
    [
        ("Use AB12345 now.", True),
        ("Call (312) 555-0142.", True),
        ("Call 555-0142.", True),
        ("It weighs 12345 meters.", False),
        ("It is 12.345 or 12,345.", False),
        ("You have 12000 left.", False),
        ("Pay 12345€ or 12345 %.", False),
        ("In 2026, 1234 came.", False),
    ],
)
def test_quantities_are_no_codes(tmp_path: Path, text: str, fires: bool) -> None:
    assert ("VK603" in codes(tmp_path, text)) is fires


SHORT = {
    "en": ["approx.", "Approx.", "vs.", "vs", "incl.", "excl.", "appt.", "ext.", "hr.", "hrs.", "min.", "tel.", "a.k.a.", "w/", "Tues-Thurs", "Mon. – Fri."],
    "es": ["ext.", "núm.", "pág.", "nº", "Lun-Vie", "mié–sáb"],
    "fr": ["env.", "p. ex.", "p.ex.", "tél.", "n°", "c.-à-d.", "lun-ven"],
    "de": ["z. B.", "z.B.", "d. h.", "u. a.", "ca.", "bzw.", "Tel.", "Nr.", "inkl.", "exkl.", "zzgl.", "usw.", "ggf.", "evtl.", "mind.", "Abt.", "Std.", "Str.", "Mo-Fr", "Di–Do"],
}  # fmt: skip


@pytest.mark.parametrize(
    ("language", "short"), [(language, short) for language, known in SHORT.items() for short in known]
)
def test_each_abbreviation_is_found(tmp_path: Path, language: str, short: str) -> None:
    assert "VK612" in codes(tmp_path, f"x {short} x", language=language)


LEXICON = (
    '<lexicon version="1.0" xmlns="http://www.w3.org/2005/01/pronunciation-lexicon" alphabet="ipa" xml:lang="en">'
    "<lexeme><grapheme>approx.</grapheme><alias>about</alias></lexeme>"
    "<lexeme><grapheme>DAHDI</grapheme><alias>daddy</alias></lexeme></lexicon>"
)


def test_what_a_lexicon_says_is_said_well(tmp_path: Path) -> None:
    said = ("Wait approx. five minutes.", "<speak>Wait approx. five minutes.</speak>", "DAHDI is here.")
    settings = "name: x\nlexicons: [words.pls]\npacks: {p: {prompts: prompts.yaml, profiles: [en]}}\n"
    without = codes(tmp_path / "without", *said)

    with_one = codes(tmp_path / "with", *said, **{"lexicons/words.pls": LEXICON, "voicekit.yaml": settings})

    assert {"VK609", "VK612"} <= without
    assert with_one & {"VK609", "VK612"} == set()


@pytest.mark.parametrize("code", ["VK606", "VK611", "VK615", "VK620"])
@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("<beep> Hello.", "VK606"),
        ("Hello [@] there.", "VK606"),
        ("Hello <name>.", "VK611"),
        ("Hello {first_name}.", "VK611"),
        ("Hello <b>you</b>.", "VK620"),
        ("Hello # there.", "VK615"),
    ],
)
def test_one_mistake_is_told_by_one_rule(tmp_path: Path, code: str, text: str, expected: str) -> None:
    assert (code in codes(tmp_path, text)) is (code == expected)


def test_a_voice_that_takes_directions_gets_them(tmp_path: Path) -> None:
    one = row(tmp_path, "[whispers] Hello.")
    look = checks.find()["VK606"].row
    assert look is not None
    assert one.family is not None

    directed = evolve(one, family=evolve(one.family, name="eleven_v3"))

    assert [finding.code for finding in look(one)] == ["VK606"]
    assert list(look(directed)) == []


def test_a_voice_without_pauses_is_not_told_to_make_one(tmp_path: Path) -> None:
    one = row(tmp_path, "For sales, press 1. For billing, press 2.")
    look = checks.find()["VK604"].spoken
    assert look is not None
    assert one.family is not None

    plain = evolve(one, family=evolve(one.family, ssml=Fact("no", "P")))

    assert [finding.code for finding in look(one)] == ["VK604"]
    assert list(look(plain)) == []


def test_invisible_characters_are_removed_from_the_file(tmp_path: Path) -> None:
    said = "Voice\u200bmail is\u00a0\u00a0full, app\u00adointment, nai\u200dve, Attention\u00a0: voici"
    root = project(tmp_path, {"prompts.yaml": f'prompts:\n  - {{id: a, text: "{said}"}}  # kept\n'})
    loaded = voicekit.load(root)

    [edit] = checks.edits(checks.with_fixes(voicekit.check(loaded), loaded))

    kept = "Voicemail is full, appointment, naive, Attention\u00a0: voici"
    assert edit.after == f'prompts:\n  - {{id: a, text: "{kept}"}}  # kept\n'


@pytest.mark.parametrize("text", ["می\u200cخواهم", "👩\u200d👧", "שלום\u200f!"])
def test_joiners_of_other_scripts_and_of_pictures_stay(tmp_path: Path, text: str) -> None:
    assert "VK621" not in codes(tmp_path, text)


def test_a_text_full_of_one_mistake_is_not_told_without_end(tmp_path: Path) -> None:
    one = row(tmp_path, "# " * 20_000)
    look = checks.find()["VK615"].row
    assert look is not None

    assert 1 <= len(list(look(one))) <= 50


# --- sentences --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("One.  Two\nmore! Three", ["One.", "Two more!", "Three"]),
        ("At 3.50 it is 5", ["At 3.50 it is 5"]),
        ('He said "go." Then left.', ['He said "go."', "Then left."]),
        ("<speak><s>One</s><s>Two <emphasis>more</emphasis></s> three<break/>four</speak>", ["One", "Two more", "three", "four"]),
        ("<speak>One <sub alias='two. Three'>2</sub> four<mark name='a'/> five</speak>", ["One two.", "Three four five"]),
        ("<speak><audio src='https://a.example/b.wav'><desc>a bell</desc>Ding.</audio> Yes</speak>", ["Ding. Yes"]),
    ],
)  # fmt: skip
def test_a_sentence_ends_where_a_caller_hears_it(tmp_path: Path, said: str, expected: list[str]) -> None:
    assert [sentence.text for sentence in sentences(row(tmp_path, said))] == expected


ONE = st.text(
    st.characters(min_codepoint=32, max_codepoint=0x2FFF, exclude_categories=("Cs", "Cc")), max_size=60
)


@given(ONE)
def test_no_text_stops_a_rule_and_no_word_is_lost(
    tmp_path_factory: pytest.TempPathFactory, text: str
) -> None:
    base = row(tmp_path_factory.mktemp("any"), "Hello.")
    said = evolve(
        base, text=text, speech=evolve(base.speech, content=text), asks=(evolve(base.ask, text=text),)
    )

    for check in checks.find().values():
        if check.code.startswith("VK6"):
            for look in filter(None, (check.row, check.spoken)):
                assert all(finding.remedy for finding in look(said))
    heard = "".join(sentence.text for sentence in sentences(said))
    assert "".join(heard.split()) == "".join(text.split())
