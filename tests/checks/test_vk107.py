"""The rules of form on whole documents: what SSML 1.1 and the vendors have is left alone, what nobody has is named."""

import json
from pathlib import Path

import pytest

import voicekit
from kit.projects import project

FORM = ("VK105", "VK106", "VK107", "VK108", "VK109", "VK110")


def found(root: Path, document: str) -> list[tuple[str, str, str]]:
    """Return code, message and remedy of what the rules of form find in one document."""
    row = f"prompts:\n  - {{id: hello, ssml: {json.dumps(document)}}}\n"
    findings = voicekit.check(voicekit.load(project(root, {"prompts.yaml": row})))
    return [(one.code, one.message, one.remedy) for one in findings if one.code in FORM]


@pytest.mark.parametrize(
    "document",
    [
        # Our own words in the forms of the recommendation's sections 3.1 to 3.3.
        (
            '<speak version="1.1" xmlns="http://www.w3.org/2001/10/synthesis" '
            'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" '
            'xsi:schemaLocation="http://www.w3.org/2001/10/synthesis synthesis.xsd" xml:lang="en-US">'
            '<lexicon uri="https://sounds.example/words.pls" xml:id="words" maxage="60"/>'
            '<lookup ref="words"><p><s xml:lang="en-GB">One <w role="x">read</w> word.</s></p></lookup></speak>'
        ),
        (
            '<speak xml:base="https://sounds.example/" startmark="a" endmark="b"><meta name="seeAlso" content="x"/>'
            '<metadata><rdf:RDF xmlns:rdf="x"><Description about="y"/></rdf:RDF></metadata>'
            '<mark name="a"/>One.<mark name="b"/></speak>'
        ),
        (
            '<speak><say-as interpret-as="date" format="mdy" detail="1">1/2/2026</say-as>'
            '<say-as interpret-as="currency" language="en-US">$5</say-as><say-as interpret-as="digits">12</say-as></speak>'
        ),
        '<speak><phoneme alphabet="x-acme" ph="a">one</phoneme><phoneme ph="a"/><sub alias="two"/></speak>',
        '<speak><voice gender="female" age="30" languages="en:en-GB" required="gender languages">One.</voice></speak>',
        (
            '<speak><prosody rate="+10%" pitch="+2st" volume="-6dB" range="x-low" contour="(0%,+20Hz)">One.</prosody>'
            '<prosody rate="1.5" pitch="200Hz" volume="80" duration="2.5s">Two.</prosody></speak>'
        ),
        '<speak><break/><break time="0ms"/><break time="+.5s"/><break strength="none"/></speak>',
        (
            '<speak><audio src="one.wav" fetchhint="safe" soundLevel="+6dB" speed="80%"><desc xml:lang="en">One.</desc>'
            "<s>One.</s></audio></speak>"
        ),
        '<speak><lang xml:lang="fr-FR" onlangfailure="ignorelang"><p><s>Un.</s></p></lang></speak>',
        (
            '<speak><par><media xml:id="a" begin="0.5s" fadeOutDur="1s"><speak>One.</speak></media>'
            '<media begin="a.end-1s"><audio src="https://sounds.example/a.mp3"/></media></par></speak>'
        ),
        '<speak><amazon:effect name="whispered">One.</amazon:effect></speak>',
        '<speak><mstts:express-as style="calm"><bookmark mark="a"/>One.</mstts:express-as></speak>',
        '<speak><math xmlns="http://www.w3.org/1998/Math/MathML"><mfrac><mn>1</mn><mn>2</mn></mfrac></math></speak>',
    ],
)
def test_what_somebody_has_is_left_alone(tmp_path: Path, document: str) -> None:
    assert found(tmp_path, document) == []


@pytest.mark.parametrize(
    ("element", "code", "says", "remedy"),
    [
        ('<break time="500"/>', "VK107", 'time="500"', "write 250ms or 1.5s"),
        ('<break time="1 s"/>', "VK107", 'time="1 s"', "write 250ms"),
        ('<break length="1s"/>', "VK107", "`length`", "`strength`"),
        ('<break strength="X-Strong"/>', "VK107", "X-Strong", '"x-strong"'),
        ('<prosody rate="very slow">a</prosody>', "VK107", "very slow", "slow"),
        ('<prosody pitch="2st">a</prosody>', "VK107", "2st", "+2st"),
        ('<prosody speed="slow">a</prosody>', "VK107", "`speed`", "`rate`"),
        ('<say-as interpret-as="phone">1</say-as>', "VK107", "phone", '"telephone"'),
        ('<say-as interpret-as="a&#10;b">1</say-as>', "VK107", r"a\nb", "write"),
        ('<say-as type="date">1</say-as>', "VK107", "`type`", "`interpret-as`"),
        ('<phoneme ph=" ">a</phoneme>', "VK106", "`ph`", "write `ph`"),
        ("<mark/>", "VK106", "`name`", "write `name`"),
        ("<emphasis> </emphasis>", "VK106", "empty", "remove"),
        ("<Break/>", "VK108", "<Break>", "<break>"),
        ("<sayas>1</sayas>", "VK108", "<sayas>", "<say-as>"),
        ("<br/>", "VK108", "<br>", "<break>"),
        ("<amazon:efect>a</amazon:efect>", "VK108", "amazon:efect", "<amazon:effect>"),
        ("<zzzz>a</zzzz>", "VK108", "<zzzz>", "remove"),
        ("<p><prosody rate='slow'><p>a</p></prosody></p>", "VK109", "<p> stands inside <p>", "move"),
        ("<emphasis><s>a</s></emphasis>", "VK109", "<s> stands inside <emphasis>", "move"),
        (
            "<sub alias='a'><emphasis>b</emphasis></sub>",
            "VK109",
            "inside <sub>, which holds text only",
            "move",
        ),
        ("<mark name='a'>b</mark>", "VK109", "<mark> holds text", "behind"),
        ("<s><speak>a</speak></s>", "VK110", "inside <s>", "remove"),
        ("<lang>a</lang>", "VK110", "xml:lang", "es-US"),
    ],
)
def test_what_nobody_has_is_named_with_a_way_out(
    tmp_path: Path, element: str, code: str, says: str, remedy: str
) -> None:
    one = next(
        finding for finding in found(tmp_path, f"<speak>{element} words</speak>") if finding[0] == code
    )

    assert says in one[1]
    assert remedy in one[2]
