"""What adapting writes for Google and Polly, held against a judge from outside: ssml-check-core, by npm.

Needs node and that package: `npm install ssml-check-core` here, or VOICEKIT_SSML_CHECK=FOLDER of it. The judge was made for Alexa
and the Google Assistant; where its vendor's own page says otherwise, `DISAGREEMENTS` says so, and nothing else may be found.
"""

import json
import os
import re
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from attrs import frozen
from hypothesis import given
from hypothesis import strategies as st

from kit import trees
from kit.documents import CONSTRUCTS
from voicekit import _capabilities as capabilities
from voicekit import _pipeline, ssml
from voicekit._adapt.adapt import adapt
from voicekit.model import Element, Family
from voicekit.testing import trees as strange_trees

ROOT = Path(__file__).parents[2]
INSTALLED = ROOT / "node_modules" / "ssml-check-core"
# One document a line, with the judge's word for its vendor; the answer is a line too.
SCRIPT = """
const {check} = require(process.argv[1]);
(async () => {
  for await (const line of require('readline').createInterface({input: process.stdin})) {
    const [platform, text] = JSON.parse(line);
    console.log(JSON.stringify(await check(text, {platform}) || []));
  }
})();
"""
PLATFORMS = {"google": "google", "polly": "amazon"}
VOICES = {"google": "en-US-Neural2-F", "polly": "Joanna"}
FAMILIES = [(name, family) for name in PLATFORMS for family in capabilities.find()[name].families.values()]


@frozen
class Disagreement:
    """Something that the judge refuses and its vendor documents.

    Attributes:
        document: The least that it refuses.
        tag: Its word for where.
        attribute: Likewise.
        values: Fits the values that it must not refuse.
        why: Who says so.
    """

    vendor: str
    document: str
    tag: str
    attribute: str
    values: str
    why: str

    def covers(self, vendor: str, found: dict[str, Any]) -> bool:
        """Whether this is what the judge found."""
        place = (self.vendor, self.tag, self.attribute)
        told = (vendor, found.get("tag"), found.get("attribute", ""))
        return place == told and re.fullmatch(self.values, found.get("value") or "") is not None


DISAGREEMENTS = (
    Disagreement("google", '<google:style name="calm">a</google:style>', "google:style", "", "",
        "Google's page lists the element, for two voices"),
    Disagreement("google", '<say-as google:style="zero-as-zero" interpret-as="telephone">0</say-as>', "say-as", "google:style", "",
        "Google's page lists it with telephone"),
    Disagreement("google", '<say-as interpret-as="currency" language="en-US">$1</say-as>', "say-as", "language", "",
        "Google's page lists it with currency"),
    Disagreement("google", '<say-as format="yymd" interpret-as="date">1</say-as>', "say-as", "format", "[ymd]+",
        "Google's page takes any sequence of y, m and d"),
    Disagreement("google", '<break time="12s"/>', "break", "time", r"[0-9.]+m?s",
        "Google's page names no end; ten seconds are Alexa's and Polly's"),
    Disagreement("google", '<prosody rate="10%">a</prosody>', "prosody", "rate", "[0-9.]+%",
        "Google's page refers to SSML 1.1; from 20% on is Alexa's and Polly's"),
    Disagreement("google", '<prosody pitch="+60%">a</prosody>', "prosody", "pitch", "[+-][0-9.]+%",
        "Google's page names no ends; -33.3% and +50% are Alexa's"),
    Disagreement("google", '<prosody volume="default">a</prosody>', "prosody", "volume", "default",
        "Google's page refers to SSML 1.1, which has it"),
    Disagreement("google", '<voice name="en-US-Neural2-F">a</voice>', "voice", "name", "[a-z]+-[A-Z]+-.+",
        "the judge is older than Neural2, Studio and News"),
    Disagreement("google", '<voice language="en-US" variant="2">a</voice>', "voice", "variant", "[0-9]+",
        "SSML 1.1 has a number; the judge wants the name of a voice"),
    Disagreement("google", '<lang xml:lang="nl-NL">a</lang>', "lang", "xml:lang", "[A-Za-z-]+",
        "Google's page takes any language; the judge's list is Alexa's"),
    Disagreement("polly", '<lang xml:lang="nl-NL">a</lang>', "lang", "xml:lang", "[A-Za-z-]+",
        "Polly has more languages; the judge's list is Alexa's"),
    Disagreement("polly", '<prosody pitch="default">a</prosody>', "prosody", "pitch", "default", "Polly's page lists it"),
    Disagreement("polly", '<prosody pitch="+60%">a</prosody>', "prosody", "pitch", "[+-][0-9.]+%",
        "Polly's page names no ends; -33.3% and +50% are Alexa's"),
    Disagreement("polly", '<prosody volume="default">a</prosody>', "prosody", "volume", "default", "Polly's page lists it"),
    Disagreement("polly", '<say-as format="yyyymmdd" interpret-as="date">1</say-as>', "say-as", "format", "yyyymmdd",
        "Polly's page lists it"),
    Disagreement("polly", '<w role="amazon:DEFAULT">a</w>', "w", "role", "amazon:DEFAULT", "Polly's page lists it"),
)  # fmt: skip
Judge = Callable[[str, str], list[dict[str, Any]]]


@pytest.fixture(scope="module")
def judge() -> Iterator[Judge]:
    """The judge as a function: a vendor and a document in, what is found fault with out."""
    package = Path(os.environ.get("VOICEKIT_SSML_CHECK") or INSTALLED)
    node = shutil.which("node")
    if node is None or not (package / "package.json").is_file():
        pytest.skip(
            "ssml-check-core is not here: npm install ssml-check-core, or VOICEKIT_SSML_CHECK=FOLDER; needs node"
        )
    pipe = subprocess.PIPE
    with subprocess.Popen([node, "-e", SCRIPT, str(package)], stdin=pipe, stdout=pipe, text=True) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        asked, answered = process.stdin, process.stdout

        def look(vendor: str, document: str) -> list[dict[str, Any]]:
            asked.write(json.dumps([PLATFORMS[vendor], document]) + "\n")
            asked.flush()
            found = json.loads(answered.readline())
            assert isinstance(found, list)
            return found

        yield look
        asked.close()


def written(tree: Element, vendor: str, family: Family) -> str | None:
    """What is sent for a document, where that is SSML."""
    adapted = adapt(tree, family, dialect=vendor, voice=VOICES[vendor], language="en-US").content
    return ssml.serialise(adapted) if isinstance(adapted, Element) else None


def test_the_judge_finds_fault(judge: Judge) -> None:
    assert judge("google", "<speak><blink>a</blink></speak>") == [{"type": "tag", "tag": "blink"}]
    assert judge("polly", '<speak><break time="11s"/></speak>')
    assert judge("polly", '<speak><break time="9s"/></speak>') == []


@given(trees.documents(max_leaves=16) | strange_trees(), st.sampled_from(FAMILIES))
def test_the_judge_accepts_whatever_is_written(
    judge: Judge, tree: Element, member: tuple[str, Family]
) -> None:
    vendor, family = member
    document = written(tree, vendor, family)

    for found in judge(vendor, document) if document else []:
        assert any(one.covers(vendor, found) for one in DISAGREEMENTS), (found, document)


@pytest.mark.parametrize(("vendor", "family"), FAMILIES, ids=lambda part: getattr(part, "name", part))
def test_the_judge_accepts_the_constructs_of_ssml(judge: Judge, vendor: str, family: Family) -> None:
    for source, _ in CONSTRUCTS.values():
        document = written(ssml.parse(source), vendor, family)
        for found in judge(vendor, document) if document else []:
            assert any(one.covers(vendor, found) for one in DISAGREEMENTS), (found, document)


@pytest.fixture(scope="module")
def starter() -> list[Element]:
    """The documents of the starter project, as they are rendered."""
    rows = _pipeline.render(_pipeline.load(ROOT)).rows
    return [row.speech.content for row in rows if isinstance(row.speech.content, Element)]


@pytest.mark.parametrize(("vendor", "family"), FAMILIES, ids=lambda part: getattr(part, "name", part))
def test_the_judge_accepts_all_of_the_starter_project(
    judge: Judge, starter: list[Element], vendor: str, family: Family
) -> None:
    documents = [document for tree in starter if (document := written(tree, vendor, family))]

    assert bool(documents) == (family.ssml.support != "no")
    assert [found for document in documents for found in judge(vendor, document)] == []


@pytest.mark.parametrize("one", DISAGREEMENTS, ids=lambda one: one.document)
def test_every_disagreement_is_one(judge: Judge, one: Disagreement) -> None:
    """What the judge has come to accept goes from the list, and what is listed is what is written."""
    document = f"<speak>{one.document}</speak>"
    family = capabilities.find()[one.vendor].families["standard" if one.vendor == "polly" else "Polyglot"]
    if one.tag == "google:style":
        family = capabilities.find()["google"].families["Neural2"]
    voice = VOICES[one.vendor] if one.tag != "voice" else "en-US-Polyglot-1"
    sent = adapt(ssml.parse(document), family, dialect=one.vendor, voice=voice, language="en-US").content

    assert isinstance(sent, Element)
    assert ssml.serialise(sent) == document
    assert [one.covers(one.vendor, found) for found in judge(one.vendor, document)] == [True]
