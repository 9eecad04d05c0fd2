"""The speech library, in SSML and in plain text, and numbers, dates and money as four languages write them."""

import json
from pathlib import Path
from typing import Any

import pytest

from kit.projects import PROFILE, project, said, script
from voicekit._render.filters import WRITERS
from voicekit.errors import ConfigError, RenderError

MACROS = [
    ("{{ break('400ms') }}", '<break time="400ms"/>', ""),
    ("{{ break(strength='weak') }}", '<break strength="weak"/>', ""),
    ("{{ mark('here') }}", '<mark name="here"/>', ""),
    ("{{ say_as(v, 'date', format='md') }}", '<say-as format="md" interpret-as="date">a&amp;b</say-as>', "a&b"),
    ("{{ v | say_as('characters') }}", '<say-as interpret-as="characters">a&amp;b</say-as>', "a&b"),
    ("{{ v | prosody(rate='slow', pitch='+2st') }}", '<prosody pitch="+2st" rate="slow">a&amp;b</prosody>', "a&b"),
    ("{% call prosody(rate='slow') %}x {{ v }}{% endcall %}", '<prosody rate="slow">x a&amp;b</prosody>', "x a&b"),
    ("{{ v | emphasis }}", '<emphasis level="moderate">a&amp;b</emphasis>', "a&b"),
    ("{{ v | sub(alias='x\"y') }}", '<sub alias="x&quot;y">a&amp;b</sub>', 'x"y'),
    ("{{ v | sub(v) }}", '<sub alias="a&amp;b">a&amp;b</sub>', "a&b"),
    ("{{ v | phoneme('təˈmɑːtəʊ') }}", '<phoneme alphabet="ipa" ph="təˈmɑːtəʊ">a&amp;b</phoneme>', "a&b"),
    ("{{ v | lang('fr-FR') }}", '<lang xml:lang="fr-FR">a&amp;b</lang>', "a&b"),
    ("{{ v | voice('x') }}", '<voice name="x">a&amp;b</voice>', "a&b"),
    ("{{ v | p }}{{ s(v) }}", "<p>a&amp;b</p><s>a&amp;b</s>", "a&ba&b"),
    ("{{ audio('https://x.example/a.mp3', v) }}", '<audio src="https://x.example/a.mp3">a&amp;b</audio>', "a&b"),
    ("{{ 120 | digits }}", '<say-as interpret-as="characters">120</say-as>', "1 2 0"),
    ("{% set held %}{{ v }}!{% endset %}{{ held }}{{ held | sub(held) }}", 'a&amp;b!<sub alias="a&amp;b!">a&amp;b!</sub>', "a&b!a&b!"),
    ("{% macro m(x) %}[{{ x }}]{% endmacro %}{{ m(v) }}", "[a&amp;b]", "[a&b]"),
    ("{{ [v, v] | join(' / ') }}", "a&amp;b / a&amp;b", "a&b / a&b"),
]  # fmt: skip


@pytest.mark.parametrize(("template", "markup", "plain"), MACROS, ids=range(len(MACROS)))
def test_the_library_speaks_in_both_kinds(tmp_path: Path, template: str, markup: str, plain: str) -> None:
    front = "---\ninputs: {v: {type: string}}\n---\n"
    assert said(script(tmp_path / "ssml", front + template, values="{v: a&b}")) == f"<speak>{markup}</speak>"
    assert said(script(tmp_path / "txt", front + template, values="{v: a&b}", kind="txt")) == plain


WRITTEN = [
    ("1234.5 | number", "1,234.5", "1.234,5", "1 234,5", "1.234,5"),
    ("12345.5 | number", "12,345.5", "12.345,5", "12 345,5", "12.345,5"),
    ("21 | spell", "twenty-one", "veintiuno", "vingt-et-un", "einundzwanzig"),
    ("3 | ordinal", "third", "tercero", "troisième", "dritte"),
    (
        "'2026-12-24' | date",
        "December 24, 2026",
        "24 de diciembre de 2026",
        "24 décembre 2026",
        "24. Dezember 2026",
    ),
    ("'2026-12-24' | date('EEEE')", "Thursday", "jueves", "jeudi", "Donnerstag"),
    ("'2026-12-24' | date(format='d MMM')", "24 Dec", "24 dic", "24 déc.", "24 Dez."),
    ("'14:30' | time", "2:30 PM", "14:30", "14:30", "14:30"),
    ("'42.50 USD' | money", "$42.50", "42,50 US$", "42,50 $US", "42,50 $"),
    ("42.5 | money('EUR')", "€42.50", "42,50 €", "42,50 €", "42,50 €"),
]
VOICES = ["en-US", "es-ES", "fr-FR", "de-DE"]


@pytest.mark.parametrize("row", WRITTEN, ids=[row[0] for row in WRITTEN])
@pytest.mark.parametrize("number", range(len(VOICES)), ids=VOICES)
def test_values_are_written_as_the_language_writes_them(
    tmp_path: Path, row: tuple[str, ...], number: int
) -> None:
    tag = VOICES[number]
    profile = PROFILE.replace("en-US", tag).replace(f"{tag}-Neural2-F", f"{tag}-Standard-A")
    script(tmp_path, f"---\n---\n{{{{ {row[0]} }}}}", kind="txt", **{"profiles/en.yaml": profile})

    found = said(tmp_path)
    assert found == row[number + 1]
    assert not {"\u00a0", "\u202f", "\u2009", "\u00ad"} & set(found)


@pytest.mark.parametrize(
    ("expression", "written"),
    [("1 | ordinal(gender='feminine')", "primera"), ("1 | spell(gender='feminine')", "una"), ("21 | spell(gender='masculine')", "veintiún"), ("1.5 | spell", "uno coma cinco"), ("-3 | spell", "menos tres")],
)  # fmt: skip
def test_gender_and_other_numbers(tmp_path: Path, expression: str, written: str) -> None:
    profile = PROFILE.replace("en-US-Neural2-F", "es-US-Wavenet-A").replace("en-US", "es-US")
    script(tmp_path, f"---\n---\n{{{{ {expression} }}}}", kind="txt", **{"profiles/en.yaml": profile})

    assert said(tmp_path) == written


@pytest.mark.parametrize(
    "expression",
    ["'x' | number", "true | number", "1.5 | ordinal", "'x' | spell", "'nan' | ordinal", "'24.12.2026' | date", "'2026-12-24' | date('QQQQQQQQ')",
     "'9:30' | time", "'42' | money", "'42 USD EUR' | money", "none | number", "[] | date", "'inf' | spell", "1 | round(99)", "-1 | sum", "'a' | truncate(1)",
     "'99999999999999999999999999999999999 USD' | money", "'1e400' | number", "1e400 | number", "1e400", "1e308 + 1e308", "'1e9999999' | ordinal"],
)  # fmt: skip
def test_what_cannot_be_written_is_an_error_at_its_line(tmp_path: Path, expression: str) -> None:
    script(tmp_path, f"---\n---\n\n{{{{ {expression} }}}}", kind="txt")

    with pytest.raises(RenderError) as caught:
        said(tmp_path)

    (problem,) = caught.value.problems
    assert problem.place is not None
    assert (problem.place.line, bool(problem.remedy)) == (4, True)
    assert "<class" not in problem.message


@pytest.mark.parametrize(
    ("expression", "written"),
    [("1.5 | spell", "1.5"), ("'-1.5' | spell", "-1.5"), ("999999999999999999 | spell", "999,999,999,999,999,999"), ("1" + "0" * 22 + " | ordinal", "10" + ",000" * 7)],
)  # fmt: skip
def test_a_number_without_a_rule_keeps_its_digits(tmp_path: Path, expression: str, written: str) -> None:
    script(tmp_path, f"---\n---\n{{{{ {expression} }}}}", kind="txt")

    assert said(tmp_path) == written


@pytest.mark.parametrize("kind", ["ssml", "txt"])
@pytest.mark.parametrize(
    ("expression", "remedy"),
    [("[1]", "join"), ("(1, 2)", "join"), ("['a'] | map('upper')", "join"), ("[3, 1] | sort", "join"), ("{'a': 1}", "value.key"), ("true", "{% if"),
     ("1 == 1", "{% if"), ("self", "only text and numbers"), ("[1] | digits", "join")],
)  # fmt: skip
def test_what_only_python_can_write_is_not_said(
    tmp_path: Path, expression: str, remedy: str, kind: str
) -> None:
    script(tmp_path, f"---\n---\n\n{{{{ {expression} }}}}", kind=kind)

    with pytest.raises(RenderError, match=r"hello\.(ssml|txt)\.j2:4: .*cannot be said") as caught:
        said(tmp_path)

    assert remedy in caught.value.problems[0].remedy


# --- inputs -----------------------------------------------------------------------------------------

GOOD: list[tuple[str, Any, str]] = [
    ("{type: string}", "a<b", "a<b"),
    ("{type: integer, minimum: 1, maximum: 9}", 9, "9"),
    ("{type: number}", 2.5, "2.5"),
    ("{type: boolean}", True, "True"),
    ("{type: date}", "2026-12-24", "2026-12-24"),
    ("{type: time}", "09:30", "09:30"),
    ("{type: money, currency: EUR}", 5, "5 EUR"),
    ("{type: enum, values: [a, b]}", "b", "b"),
    ("{type: list, items: {type: integer}}", [1, 2], "1+2"),
]
AS_READ = "{% if v is true %}True{% elif v is string or v is number %}{{ v }}{% else %}{{ v | join('+') }}{% endif %}"


@pytest.mark.parametrize(("declared", "value", "seen"), GOOD, ids=[row[0] for row in GOOD])
def test_each_type_of_input_reaches_the_template(
    tmp_path: Path, declared: str, value: Any, seen: str
) -> None:
    front = f"---\ninputs:\n  v: {declared}\n---\n"
    assert said(script(tmp_path, front + AS_READ, values=json.dumps({"v": value}), kind="txt")) == seen


@pytest.mark.parametrize("declared", [row[0] for row in GOOD if "string" not in row[0]])
@pytest.mark.parametrize("held", ["prompt", "pack"])
def test_a_bad_input_is_told_at_its_value(tmp_path: Path, declared: str, held: str) -> None:
    front = f"---\ninputs:\n  v: {declared}\n---\n"
    pack = (
        "name: a\npacks: {phone: {prompts: prompts.yaml, profiles: [en]"
        + (", values: {v: '?'}" if held == "pack" else "")
        + "}}\n"
    )
    root = script(
        tmp_path,
        front + "{{ v }}",
        values="{v: '?'}" if held == "prompt" else "{}",
        kind="txt",
        **{"voicekit.yaml": pack},
    )

    with pytest.raises(
        RenderError if held == "pack" else ConfigError, match=r"values\.v: expected"
    ) as caught:
        said(root)
    assert f"{root}/prompts.yaml:{4 if held == 'prompt' else 2}: " in str(caught.value)


def test_a_missing_input_and_an_undefined_name_are_told(tmp_path: Path) -> None:
    front = "---\ninputs:\n  v: {type: string, example: never}\n---\n"
    with pytest.raises(RenderError, match=r"prompts\.yaml:4: the input `v` of script hello has no value"):
        said(script(tmp_path, front + "{{ v }}"))
    with pytest.raises(RenderError, match=r"hello\.ssml\.j2:6: `w` is undefined"):
        said(script(tmp_path, front + "\n{{ w }}", values="{v: a}"))


def test_every_wrong_row_is_told_in_one_run(tmp_path: Path) -> None:
    import voicekit

    rows = "prompts:\n" + "".join(f'  - {{id: p{n}, text: "{{{{ nope{n} }}}}"}}\n' for n in range(5))
    with pytest.raises(RenderError) as caught:
        voicekit.plan(voicekit.load(project(tmp_path, {"prompts.yaml": rows})))

    assert [problem.place.line for problem in caught.value.problems if problem.place] == [2, 3, 4, 5, 6]


def test_every_input_that_is_missing_is_told_at_once(tmp_path: Path) -> None:
    front = "---\ninputs: {a: {type: string}, b: {type: string, default: x}, c: {type: string}}\n---\nx"
    with pytest.raises(RenderError) as caught:
        said(script(tmp_path, front))
    assert [problem.message.split("`")[1] for problem in caught.value.problems] == ["a", "c"]


CUTS = [
    "held[0]", "held[-2]", "held[1:4]", "held[:-1]", "held | reverse", "held | truncate(4)", "held | trim('&')", "held | trim(chars=';')",
    "held | replace('a', 'b', 1)", "held | replace('a', 'b', count=0)",
]  # fmt: skip


@pytest.mark.parametrize("cut", CUTS)
def test_text_that_is_put_together_with_markup_is_not_cut(tmp_path: Path, cut: str) -> None:
    """Half a tag or half an escape would be left. Where nothing is escaped, the same is a cut like any other."""
    template = (
        "---\ninputs: {v: {type: string}}\n---\n{% set held %}{{ v }}!{% endset %}<p>{{ " + cut + " }}</p>"
    )
    with pytest.raises(RenderError, match="is not cut"):
        said(script(tmp_path / "ssml", template, values="{v: a&b}"))
    assert said(script(tmp_path / "txt", template, values="{v: a&b}", kind="txt")).startswith("<p>")


@pytest.mark.parametrize("value", ["true", "none", "[1]", "{'a': 1}", "l"])
@pytest.mark.parametrize("name", sorted(WRITERS))
def test_no_filter_of_words_writes_what_cannot_be_said(tmp_path: Path, name: str, value: str) -> None:
    given = "('a', 'b')" if name == "replace" else ""
    template = "---\ninputs: {l: {type: list}}\n---\n{% set x = " + value + " | " + name + given + " %}"
    with pytest.raises(RenderError, match=r"cannot be said|is null"):
        said(script(tmp_path, template, values="{l: [a]}"))
