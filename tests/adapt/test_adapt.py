import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kit import trees
from kit.documents import CONSTRUCTS
from voicekit import _capabilities as capabilities
from voicekit import ssml
from voicekit._adapt.adapt import CODES, Adapted, adapt
from voicekit.model import Element, Family

VOICES = {
    "google": "en-US-Neural2-F",
    "azure": "en-US-AvaNeural",
    "polly": "Joanna",
    "openai": "alloy",
    "elevenlabs": "x",
    "embedded": "espeak",
}
FAMILIES = [
    (vendor, family) for vendor in capabilities.find().values() for family in vendor.families.values()
]


def said(
    text: str | Element, vendor: str, family: str, *, voice: str = "", language: str = "en-US"
) -> Adapted:
    tree = ssml.parse(text) if isinstance(text, str) else text
    known = capabilities.find()[vendor]
    return adapt(
        tree,
        known.families[family],
        dialect=known.dialect,
        voice=voice or VOICES.get(vendor, "x"),
        language=language,
    )


def written(adapted: Adapted) -> str:
    found = adapted.content
    return (
        found
        if isinstance(found, str)
        else ssml.serialise(found).removeprefix("<speak>").removesuffix("</speak>")
    )


def told(adapted: Adapted) -> list[tuple[str, str]]:
    return [(change.code, change.severity) for change in adapted.changes]


def test_a_change_names_whose_voice_it_is_for() -> None:
    text = '<break strength="strong"/><audio src="https://a.example/a.mp3"/>'

    assert [change.message for change in said(text, "polly", "neural").changes] == [
        "<audio> is left out: the vendor does not take it (Amazon Polly neural voices, evidence P)"
    ]
    assert [change.message for change in said(text, "elevenlabs", "eleven_turbo_v2").changes] == [
        "the break is written as 1s (ElevenLabs eleven_turbo_v2 voices)",
        "<audio> is left out: the vendor is not known to take it (ElevenLabs eleven_turbo_v2 voices, evidence U)",
    ]


def test_what_only_declares_the_document_is_no_loss() -> None:
    text = '<speak version="1.1" xmlns="http://www.w3.org/2001/10/synthesis" xml:lang="{}">a</speak>'

    assert told(said(text.format("en-GB"), "elevenlabs", "eleven_turbo_v2")) == [("VK501", "info")] * 3
    assert ("VK503", "warning") in told(said(text.format("fr-FR"), "elevenlabs", "eleven_turbo_v2"))


# --- laws ---------------------------------------------------------------------------------------------

ANY_FAMILY = st.sampled_from(FAMILIES)


@given(trees.documents(), ANY_FAMILY)
def test_adapting_twice_is_adapting_once(tree: Element, member: tuple[capabilities.Vendor, Family]) -> None:
    vendor, family = member
    once = said(tree, vendor.name, family.name)
    again = said(_tree(once), vendor.name, family.name)

    if once.kind == "markup":
        return  # its tags are text already
    assert again.content == once.content
    assert {change.code for change in again.changes} <= {"VK505"}


@given(trees.documents(), ANY_FAMILY)
def test_no_word_is_lost(tree: Element, member: tuple[capabilities.Vendor, Family]) -> None:
    """All but bleeped words: whatever is said of the document is said, in order, by what comes of it."""
    vendor, family = member
    adapted = said(tree, vendor.name, family.name)
    heard = adapted.content if isinstance(adapted.content, str) else ssml.plain_text(adapted.content)

    if "VK506" not in {change.code for change in adapted.changes}:
        assert _is_within(_bare(ssml.plain_text(tree)), _bare(heard))


@given(trees.documents(), ANY_FAMILY)
def test_only_what_the_family_takes_is_left(
    tree: Element, member: tuple[capabilities.Vendor, Family]
) -> None:
    vendor, family = member
    adapted = said(tree, vendor.name, family.name)

    if isinstance(adapted.content, str):
        return
    for node in ssml.walk(adapted.content):
        assert family.element(node.name, VOICES.get(vendor.name, "x")).support in {"yes", "unknown"}
        known = family.elements[node.name].attributes
        for name, value in node.attributes:
            fact = capabilities.fitting(known.get(name), node)
            taken = fact is not None and capabilities.taken(fact, value, "en-US")
            assert taken or (name.startswith("xmlns:") and node is adapted.content), (node.name, name, value)
        assert {name for name, fact in known.items() if fact.required} <= {
            name for name, _ in node.attributes
        }


@given(trees.documents(), ANY_FAMILY)
def test_every_element_stands_where_it_may(tree: Element, member: tuple[capabilities.Vendor, Family]) -> None:
    vendor, family = member
    adapted = said(tree, vendor.name, family.name)

    if isinstance(adapted.content, Element):
        stands(adapted.content, ())
    if vendor.dialect == "azure" and isinstance(adapted.content, Element):
        names = [child.name for child in adapted.content.children if isinstance(child, Element)]
        assert re.fullmatch("(mstts:backgroundaudio )?(voice )+", " ".join([*names, ""]))
        assert not any(isinstance(child, str) and child.strip() for child in adapted.content.children)


@pytest.mark.parametrize("name", CONSTRUCTS)
def test_every_construct_of_ssml_is_said_by_every_family(name: str) -> None:
    document, words = CONSTRUCTS[name]
    for vendor, family in FAMILIES:
        adapted = said(document, vendor.name, family.name)
        heard = adapted.content if isinstance(adapted.content, str) else ssml.plain_text(adapted.content)
        assert _is_within(_bare(words), _bare(heard)), family.name
        if isinstance(adapted.content, Element):
            stands(adapted.content, ())


def stands(node: Element, within: tuple[str, ...]) -> None:
    """Hold an element and all in it against SSML 1.1's content, and the vendors'."""
    elements = [child for child in node.children if isinstance(child, Element)]
    if node.name in {"break", "mark", "bookmark", "lexicon", "mstts:silence", "mstts:viseme"}:
        assert not node.children
    if node.name in {"sub", "say-as", "phoneme", "desc"}:
        assert not elements
    if node.name in {"p", "s"}:
        assert not {"s", "emphasis", "w", *([node.name] if node.name == "p" else [])} & set(within)
    holds = {"par": {"par", "seq", "media"}, "seq": {"par", "seq", "media"}, "media": {"speak", "audio"}}
    if node.name in holds:
        assert elements
        assert {child.name for child in elements} <= holds[node.name]
        assert not any(isinstance(child, str) and child.strip() for child in node.children)
    if node.name == "media":
        assert within[-1] in {"par", "seq"}
        assert len(elements) == 1
    if node.name == "desc":
        assert within[-1] == "audio"
    for child in elements:
        stands(child, (*within, node.name))


@given(trees.documents(), ANY_FAMILY)
def test_a_change_is_reported_exactly_where_one_was_made(
    tree: Element, member: tuple[capabilities.Vendor, Family]
) -> None:
    vendor, family = member
    adapted = said(tree, vendor.name, family.name)
    made = [change for change in adapted.changes if change.code != "VK505"]

    assert {change.code for change in adapted.changes} <= set(CODES)
    if isinstance(adapted.content, Element):
        assert (adapted.content == tree) == (not made)


@given(trees.documents(), ANY_FAMILY)
def test_a_place_is_that_of_an_element(tree: Element, member: tuple[capabilities.Vendor, Family]) -> None:
    vendor, family = member
    parsed = ssml.parse(ssml.serialise(tree))
    places = {(node.line, node.column) for node in ssml.walk(parsed)}

    assert {
        (change.line, change.column) for change in said(parsed, vendor.name, family.name).changes
    } <= places


@given(trees.plain(), st.sampled_from(["en-US", "ja-JP", "bg-BG"]))
def test_pause_tags_stand_for_breaks_of_plain_documents(tree: Element, language: str) -> None:
    adapted = said(tree, "google", "Chirp3-HD", language=language)
    breaks = [node for node in ssml.walk(tree) if node.name == "break"]
    tags = re.findall(r"\[pause(?: short| long)?\]", written(adapted))

    if adapted.kind == "markup":
        assert language != "bg-BG"
        assert len(tags) <= len(breaks)
    elif breaks and language != "bg-BG":
        assert "[pause" in ssml.plain_text(tree)


def _tree(adapted: Adapted) -> Element:
    content = adapted.content
    if isinstance(content, Element):
        return content
    return Element("speak", (), (content,) if content else ())


def _bare(text: str) -> str:
    return "".join(text.split())


def _is_within(part: str, whole: str) -> bool:
    rest = iter(whole)
    return all(one in rest for one in part)


# --- by vendor ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('<say-as interpret-as="digits">12</say-as>', '<say-as interpret-as="characters">12</say-as>'),
        ('<say-as interpret-as="number_digit">12</say-as>', '<say-as interpret-as="characters">12</say-as>'),
        ('<say-as interpret-as="number">12</say-as>', '<say-as interpret-as="cardinal">12</say-as>'),
        ('a<bookmark mark="x"/>b', 'a<mark name="x"/>b'),
        ('<voice name="en-US-Neural2-F">a</voice>', "a"),
        ('<prosody rate="0.8">a</prosody>', '<prosody rate="80%">a</prosody>'),
        ('<prosody volume="50">a</prosody>', '<prosody volume="-6.02dB">a</prosody>'),
        ('<prosody rate="-20%">a</prosody>', '<prosody rate="80%">a</prosody>'),
        ("<emphasis>a</emphasis>", '<emphasis level="moderate">a</emphasis>'),
        ("<prosody>a</prosody>", "a"),
        ('<break time=".5s"/>', '<break time="0.5s"/>'),
        ("<break/>", '<break strength="medium"/>'),
        ('<prosody rate="default">a</prosody>', '<prosody rate="100%">a</prosody>'),
        ('<prosody pitch="default">a</prosody>', '<prosody pitch="medium">a</prosody>'),
        ('<prosody pitch="+.5st">a</prosody>', '<prosody pitch="+0.5st">a</prosody>'),
        (
            '<say-as interpret-as="date" format="yyyymmdd">1</say-as>',
            '<say-as format="ymd" interpret-as="date">1</say-as>',
        ),
        (
            '<seq><media begin="2"><speak>a</speak></media></seq>',
            '<seq><media begin="2s"><speak>a</speak></media></seq>',
        ),
        ('<p xmlns:x="urn:x">a</p>', "<p>a</p>"),
    ],
)
def test_google_gets_its_own_words(text: str, expected: str) -> None:
    adapted = said(text, "google", "Neural2")

    assert written(adapted) == expected
    assert told(adapted) == [("VK501", "info")]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("<par>a</par>", "<par><media><speak>a</speak></media></par>"),
        ("<seq><media>a<speak>b</speak></media></seq>", "<seq><media><speak>ab</speak></media></seq>"),
        (
            "<seq>a<media><speak>b</speak></media> c</seq>",
            "<seq><media><speak>a</speak></media><media><speak>b</speak></media><media><speak> c</speak></media></seq>",
        ),
    ],
)
def test_googles_containers_hold_what_they_may(text: str, expected: str) -> None:
    adapted = said(text, "google", "Neural2")

    assert written(adapted) == expected
    assert told(adapted) == [("VK507", "info")]


@pytest.mark.parametrize(
    "text",
    [
        '<say-as interpret-as="verbatim">ab</say-as><say-as interpret-as="spell-out">ab</say-as>',
        '<voice name="en-US-Studio-O">a <voice name="en-US-Neural2-F">b</voice></voice>',
        '<speak version="1.1" xml:lang="en-US"><p><s>Hi.</s></p><break time="400ms"/></speak>',
        '<audio src="https://example.com/a.mp3"><desc>a bell</desc>ding</audio>',
        '<par><media xml:id="a"><speak>a</speak></media></par>',
    ],
)
def test_what_fits_comes_back_equal(text: str) -> None:
    tree = ssml.parse(text)

    assert said(tree, "google", "Neural2") == Adapted(tree, "ssml")


@pytest.mark.parametrize("name", ["mstts:express-as", "amazon:effect", "blink"])
def test_foreign_elements_leave_their_words(name: str) -> None:
    adapted = said(f"a <{name} name='x'>b</{name}> c", "google", "Standard")

    assert written(adapted) == "a b c"
    assert told(adapted) == [("VK502", "warning")]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('<voice name="Joanna">a</voice>', "a"),
        ('<voice name="Joanna" gender="female">a</voice>', '<voice gender="female">a</voice>'),
        (
            '<say-as interpret-as="cardinal" format="ymd">1</say-as>',
            '<say-as interpret-as="cardinal">1</say-as>',
        ),
        ('<audio src="beep.wav"><desc>a beep</desc>Beep.</audio>', "Beep."),
        (
            '<par><media><audio src="beep.wav">Beep.</audio></media></par>',
            "<par><media><speak>Beep.</speak></media></par>",
        ),
        ("<media><speak>a</speak></media>", " a "),
        ("a<par/>b", "ab"),
        ("<s>a<p>b</p>c</s>", "<s>a. b. c</s>"),
        ("<emphasis level='strong'>a <s>b</s></emphasis>", '<emphasis level="strong">a. b</emphasis>'),
        (
            "<say-as interpret-as='characters'>A<break/>7</say-as>",
            '<say-as interpret-as="characters">A 7</say-as>',
        ),
        (
            "<say-as interpret-as='cardinal'>12<mark name='m'/>34</say-as>",
            '<say-as interpret-as="cardinal">1234</say-as>',
        ),
        ("<sub alias='x'>a<emphasis>b</emphasis></sub>", '<sub alias="x">ab</sub>'),
        ("<mark name='m'>a</mark>", '<mark name="m"/>a'),
        ("a<voice required='gender'>b</voice>", "ab"),
        (
            "<say-as interpret-as='duration' format='yyyymmdd'>1</say-as>",
            '<say-as interpret-as="duration">1</say-as>',
        ),
        ('<emphasis level="huge">a</emphasis>', '<emphasis level="moderate">a</emphasis>'),
    ],
)
def test_google_loses_what_it_does_not_list(text: str, expected: str) -> None:
    adapted = said(text, "google", "Neural2")

    assert written(adapted) == expected
    assert "warning" in {severity for _, severity in told(adapted)}


def test_words_are_kept_apart_where_an_element_goes() -> None:
    assert written(said("a<break/>b<emphasis/>c", "google", "Chirp3-HD")) == "a [pause] b c"
    assert written(said("a<voice/>b", "google", "Neural2")) == "a b"
    assert written(
        said("a<break/><say-as interpret-as='date'>1/2</say-as>", "google", "Chirp3-HD")
    ).startswith("a <say-as")


def test_azure_is_framed() -> None:
    adapted = said('Hi<mark name="m"/>', "azure", "neural")

    assert isinstance(adapted.content, Element)
    assert ssml.serialise(adapted.content) == (
        '<speak version="1.0" xml:lang="en-US" xmlns="http://www.w3.org/2001/10/synthesis">'
        '<voice name="en-US-AvaNeural">Hi<bookmark mark="m"/></voice></speak>'
    )
    assert told(adapted) == [("VK501", "info"), ("VK507", "info")]


def test_azure_has_one_sound_behind_all_of_it_and_it_comes_first() -> None:
    sound = '<mstts:backgroundaudio src="https://example.com/{}.wav"/>'
    adapted = said(f"Hi{sound.format('a')} there{sound.format('b')}", "azure", "neural")

    assert isinstance(adapted.content, Element)
    assert ssml.serialise(adapted.content).partition('mstts">')[2] == (
        f'{sound.format("a")}<voice name="en-US-AvaNeural">Hi there</voice></speak>'
    )


def test_azure_reads_formulas() -> None:
    formula = "<math><msup><mi>a</mi><mn>2</mn></msup></math>"

    assert formula[5:] in written(said(formula, "azure", "neural"))
    assert written(said(formula, "google", "Neural2")) == "a2"


def test_azure_voices_stand_side_by_side() -> None:
    adapted = said(
        'Hi <voice name="en-US-GuyNeural">you</voice> there<p><voice name="x">!</voice></p>',
        "azure",
        "neural",
    )

    assert isinstance(adapted.content, Element)
    assert [
        (node.name, node.get("name")) for node in adapted.content.children if isinstance(node, Element)
    ] == [
        ("voice", "en-US-AvaNeural"),
        ("voice", "en-US-GuyNeural"),
        ("voice", "en-US-AvaNeural"),
    ]
    assert told(adapted) == [("VK502", "warning"), ("VK507", "info")]


def inner(text: str) -> Adapted:
    return said(
        f'<speak version="1.0" xml:lang="en-US" xmlns="http://www.w3.org/2001/10/synthesis">'
        f'<voice name="en-US-AvaNeural">{text}</voice></speak>',
        "azure",
        "neural",
    )


@pytest.mark.parametrize(
    ("text", "expected", "changes"),
    [
        ('<say-as interpret-as="characters">42</say-as>', '<say-as interpret-as="number_digit">42</say-as>', [("VK501", "info")]),
        ('<say-as interpret-as="characters">A4</say-as>', '<say-as interpret-as="characters">A4</say-as>', []),
        ('<break time="25s"/>', '<break time="20s"/>', [("VK504", "warning")]),
        ('<break strength="none"/>', '<break time="0s"/>', [("VK501", "info")]),
        ('<prosody volume="-6dB">a</prosody>', '<prosody volume="-49.88%">a</prosody>', [("VK501", "info")]),
        ('<prosody volume="+6dB">a</prosody>', '<prosody volume="+99.53%">a</prosody>', [("VK503", "warning")]),
        ('<prosody rate="80%">a</prosody>', '<prosody rate="0.8">a</prosody>', [("VK501", "info")]),
        ('<prosody rate="300%">a</prosody>', '<prosody rate="2">a</prosody>', [("VK503", "warning")]),
        ('<say-as interpret-as="date" format="yyyymmdd">1</say-as>', '<say-as format="ymd" interpret-as="date">1</say-as>', [("VK501", "info")]),
        ("<emphasis>a</emphasis>", "a", [("VK502", "warning")]),
        ('<phoneme alphabet="pinyin" ph="ni3">a</phoneme>', "a", [("VK502", "warning")]),
    ],
)  # fmt: skip
def test_azure_gets_its_own_values(text: str, expected: str, changes: list[tuple[str, str]]) -> None:
    adapted = inner(text)

    assert expected in written(adapted)
    assert told(adapted) == changes


def test_azure_spells_a_duration_in_two_languages_only() -> None:
    text = '<say-as interpret-as="duration">01:18</say-as>'

    assert "<say-as" in written(said(text, "azure", "neural", language="es-MX"))
    assert "<say-as" not in written(said(text, "azure", "neural", language="de-DE"))


@pytest.mark.parametrize(
    ("text", "expected", "changes"),
    [
        ('<say-as interpret-as="characters">42</say-as>', '<say-as interpret-as="digits">42</say-as>', [("VK501", "info")]),
        ('<voice name="Matthew">a</voice>', "a", [("VK502", "error")]),
        ('<voice name="Joanna">a</voice>', "a", [("VK501", "info")]),
        ('<audio src="https://example.com/a.mp3">a</audio>', "a", [("VK502", "error")]),
        ('<break time="25s"/>', '<break time="10s"/><break time="10s"/><break time="5s"/>', [("VK501", "info")]),
        ('<break time="90s"/>', '<break time="10s"/>' * 6, [("VK504", "warning")]),
        ('<break time="10.0001s"/>', '<break time="10s"/>', [("VK501", "info")]),
        ('<say-as interpret-as="time">1</say-as>', '<say-as interpret-as="time">1</say-as>', [("VK505", "warning")]),
        ('<say-as interpret-as="currency">$4</say-as>', "$4", [("VK502", "warning")]),
        ('<prosody pitch="+2st">a</prosody>', '<prosody pitch="+12.25%">a</prosody>', [("VK501", "info")]),
        ('<prosody rate="5%">a</prosody>', '<prosody rate="20%">a</prosody>', [("VK503", "warning")]),
    ],
)  # fmt: skip
def test_polly_gets_its_own_values(text: str, expected: str, changes: list[tuple[str, str]]) -> None:
    adapted = said(text, "polly", "standard")

    assert written(adapted) == expected
    assert told(adapted) == changes


@given(
    st.integers(1, 400_000),
    st.sampled_from([("polly", "neural", 10_000), ("elevenlabs", "eleven_turbo_v2", 3_000)]),
)
def test_a_long_break_is_told_as_it_is_written(milliseconds: int, voice: tuple[str, str, int]) -> None:
    vendor, family, longest = voice
    adapted = said(f'<break time="{milliseconds}ms"/>', vendor, family)
    content = adapted.content
    assert isinstance(content, Element)
    parts = [
        round(1000 * (capabilities.seconds(one.get("time")) or 0))
        for one in ssml.walk(content)
        if one.name == "break"
    ]

    assert all(0 < part <= longest for part in parts)
    assert sum(parts) == min(milliseconds, 60_000)
    counted = [
        int(found[1]) for one in adapted.changes if (found := re.search(r"becomes (\d+) breaks", one.message))
    ]
    assert counted == [len(parts)] * (len(parts) > 1)
    assert ("VK504" in {one.code for one in adapted.changes}) == (milliseconds > 60_000)


def test_a_neural_polly_voice_has_no_pitch_and_cannot_spell() -> None:
    adapted = said(
        '<prosody pitch="low">a</prosody><say-as interpret-as="characters">AB</say-as>', "polly", "neural"
    )

    assert written(adapted) == 'a<say-as interpret-as="characters">AB</say-as>'
    assert told(adapted) == [("VK503", "warning"), ("VK505", "warning")]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Hi.<break time='300ms'/>You", "Hi. [pause short] You"),
        ("<p>Hi</p><break/><p>You</p>", "Hi. [pause] You"),
        (
            "<sub alias='Mister'>Mr</sub> X<break time='2s'/><prosody rate='slow'>Y</prosody>",
            "Mister X [pause long] Y",
        ),
        ("a<break strength='none'/>b", "a b"),
    ],
)
def test_chirp3_gets_pause_tags(text: str, expected: str) -> None:
    adapted = said(text, "google", "Chirp3-HD", voice="en-US-Chirp3-HD-Kore")

    assert (adapted.kind, adapted.content) == ("markup", expected)
    assert "VK504" in {change.code for change in adapted.changes}


@pytest.mark.parametrize(
    ("text", "language", "expected"),
    [
        ("a<break/>b", "bg-BG", "a b"),
        ("a<break/><say-as interpret-as='ordinal'>1</say-as>", "en-US", 'a <say-as interpret-as="ordinal">1</say-as>'),
        ("say [pause]<break/>b", "en-US", "say [pause] b"),
        ("<prosody rate='slow'>a</prosody><emphasis>b</emphasis><mark name='m'/>", "en-US", "ab "),
    ],
)  # fmt: skip
def test_chirp3_loses_what_it_ignores_with_a_warning(text: str, language: str, expected: str) -> None:
    adapted = said(text, "google", "Chirp3-HD", language=language)

    assert (adapted.kind, written(adapted)) == ("ssml", expected)
    assert {change.severity for change in adapted.changes} == {"warning"}


@pytest.mark.parametrize(
    ("text", "language", "expected"),
    [
        ("Hi<break/>you", "en-US", "Hi, you"),
        ("Hi<break time='2s'/>you", "en-US", "Hi. you"),
        ("Hi!<break/>you<break/>", "en-US", "Hi! you"),
        ('He said "go."<break/>Then', "en-US", 'He said "go." Then'),
        ("您好<break/>再见", "cmn-CN", "您好， 再见"),
        ("<p>Hi</p><p>You</p>", "en-US", "Hi. You"),
        ("<sub alias='Mister'>Mr</sub> X", "en-US", "Mister X"),
        ("<phoneme ph='x'>a</phoneme> b", "en-US", "a b"),
        ("Code <say-as interpret-as='characters'>A12</say-as>", "en-US", "Code A 1 2"),
        ("<say-as interpret-as='date'>1/2</say-as>", "en-US", "1/2"),
        ("<say-as interpret-as='expletive'>damn</say-as> it", "en-US", "it"),
    ],
)  # fmt: skip
@pytest.mark.parametrize(
    ("vendor", "family"), [("google", "Journey"), ("openai", "tts-1"), ("elevenlabs", "eleven_v3")]
)
def test_voices_without_ssml_get_text(
    text: str, language: str, expected: str, vendor: str, family: str
) -> None:
    adapted = said(text, vendor, family, language=language)

    assert (adapted.kind, adapted.content) == ("text", expected)
    assert adapted.changes


def test_plain_text_for_a_voice_without_ssml_is_no_change() -> None:
    assert said("Hello there.", "openai", "tts-1") == Adapted("Hello there.", "text")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a<break time='250ms'/>b", 'a<break time="0.25s"/>b'),
        ("a<break/>b", 'a<break time="0.75s"/>b'),
        ("a<break time='5s'/>b", 'a<break time="3s"/><break time="2s"/>b'),
        ("<p>a</p><p>b</p>", "a. b"),
        ("<phoneme alphabet='ipa' ph='x'>a</phoneme>", "a"),
    ],
)
def test_elevenlabs_keeps_breaks_in_seconds(text: str, expected: str) -> None:
    assert written(said(text, "elevenlabs", "eleven_multilingual_v2")) == expected


def test_an_english_elevenlabs_model_keeps_phonemes() -> None:
    text = '<phoneme alphabet="ipa" ph="x">a</phoneme>'

    assert written(said(text, "elevenlabs", "eleven_flash_v2")) == text


def test_a_voice_that_nobody_knows_keeps_what_its_vendor_documents() -> None:
    tree = ssml.parse('a<break time="1s"/><prosody rate="slow">b</prosody>')

    assert said(tree, "google", "News") == Adapted(tree, "ssml")


def test_only_two_voices_have_a_style() -> None:
    text = '<google:style name="lively">a</google:style>'

    assert written(said(text, "google", "Neural2", voice="en-US-Neural2-J")) == text
    assert written(said(text, "google", "Neural2", voice="en-US-Neural2-C")) == "a"


def test_every_code_says_what_to_do() -> None:
    assert all(re.fullmatch(r"VK5\d\d", code) and told.name and told.remedy for code, told in CODES.items())
