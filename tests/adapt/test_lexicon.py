"""Lexicons over a speech: which words they take, how a voice is told, and what they must leave alone."""

import sys
from collections.abc import Sequence

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from voicekit import ssml
from voicekit._adapt import lexicon
from voicekit._adapt.lexicon import Applied, unused
from voicekit.errors import Place
from voicekit.model import Element, Lexeme, Lexicon, Pack, Profile, Project, Pronunciation, Settings
from voicekit.testing import trees

IPA = frozenset({"ipa"})


def entry(
    *graphemes: str, alias: str = "", ipa: str = "", x_sampa: str = "", roles: tuple[str, ...] = ()
) -> Lexeme:
    given = (("x-sampa", x_sampa), ("ipa", ipa), (None, alias))
    return Lexeme(graphemes, tuple(Pronunciation(text, alphabet) for alphabet, text in given if text), roles)


def book(*entries: Lexeme, language: str = "en-US", path: str = "lexicons/brand.pls") -> Lexicon:
    lines = tuple(evolve(one, line=line) for line, one in enumerate(entries, start=1))
    return Lexicon(language, "ipa", lines, path)


def applied(
    text: str, *lexicons: Lexicon, alphabets: frozenset[str] = IPA, phoneme: bool = True, sub: bool = True
) -> Applied:
    tree = ssml.parse(text)
    return lexicon.apply(tree, lexicons, alphabets=alphabets, phoneme=phoneme, sub=sub)


def said(text: str, *lexicons: Lexicon, phoneme: bool = True, sub: bool = True) -> str:
    """Apply lexicons to the inside of a document and return it, with each word that was taken in brackets."""
    content = applied(text, *lexicons, phoneme=phoneme, sub=sub).content
    assert isinstance(content, Element)
    inner = ssml.serialise(content).removeprefix("<speak>").removesuffix("</speak>")
    for element in ssml.walk(content):
        if element.name in {"phoneme", "sub"}:
            own = element.get("ph") or element.get("alias")
            inner = inner.replace(ssml.serialise(element), f"[{own}]")
    return inner


def lines(entries: frozenset[tuple[str, int]]) -> list[int]:
    return sorted(line for _, line in entries)


# --- how a voice is told ----------------------------------------------------------------------------


def test_a_phoneme_an_alias_or_nothing_by_what_the_voice_takes() -> None:
    names = book(entry("Worcester", ipa="ˈwʊstəɹ", alias="Wooster"))
    sounds = Element("phoneme", (("alphabet", "ipa"), ("ph", "ˈwʊstəɹ")), ("Worcester",))
    words = Element("sub", (("alias", "Wooster"),), ("Worcester",))

    def tree(*children: Element | str) -> Element:
        return Element("speak", (), children)

    found = applied("In Worcester.", names)
    assert (found.content, lines(found.used), lines(found.refused)) == (tree("In ", sounds, "."), [1], [])
    assert applied("In Worcester.", names, phoneme=False).content == tree("In ", words, ".")
    assert applied("In Worcester.", names, alphabets=frozenset({"x-sampa"})).content == tree(
        "In ", words, "."
    )
    nothing = applied("In Worcester.", names, phoneme=False, sub=False)
    assert nothing == Applied(tree("In Worcester."), frozenset(), frozenset({("lexicons/brand.pls", 1)}))


def test_an_entry_offers_the_alphabet_that_the_voice_takes() -> None:
    names = book(entry("Leeds", x_sampa="li:dz", ipa="liːdz"))

    both = applied("Leeds", names, alphabets=frozenset({"ipa", "x-sampa"})).content
    assert isinstance(both, Element)
    assert ssml.serialise(both) == '<speak><phoneme alphabet="x-sampa" ph="li:dz">Leeds</phoneme></speak>'
    assert said("Leeds", names) == "[liːdz]"


def test_what_its_author_prefers_wins_and_then_sounds_before_an_alias() -> None:
    alias, first = Pronunciation("pee el ess"), Pronunciation("a", "ipa")
    preferred_sounds = Pronunciation("b", "ipa", preferred=True)
    preferred_alias = Pronunciation("lexicon", None, preferred=True)

    def one(*pronunciations: Pronunciation) -> str:
        return said("PLS", book(Lexeme(("PLS",), pronunciations)))

    assert one(alias, first) == "[a]"
    assert one(first, preferred_sounds) == "[b]"
    assert one(first, preferred_alias) == "[lexicon]"
    assert one(preferred_sounds, preferred_alias) == "[b]"


def test_plain_text_says_the_alias() -> None:
    names = book(
        entry("AT&T", alias="A T and T"), entry("Worcester", ipa="ˈwʊstəɹ"), entry("Leeds", alias="Leeds")
    )
    text = "AT&T in Worcester, not XAT&T"

    found = lexicon.apply(text, [names], alphabets=IPA, phoneme=False, sub=False)

    assert found.content == "A T and T in Worcester, not XAT&T"
    assert (lines(found.used), lines(found.refused)) == ([1], [2])


def test_plain_text_keeps_what_is_said_in_sounds_beside_it() -> None:
    names = book(
        entry("St. Mary's", ipa="sntˈmɛəɹiz"), entry("St.", alias="Saint"), entry("Leeds", ipa="liːdz")
    )

    found = lexicon.apply(
        "St. John at St.  Mary's, Leeds; Leeds", [names], alphabets=IPA, phoneme=True, sub=True
    )

    assert found.content == "Saint John at St.  Mary's, Leeds; Leeds"
    assert [(one.phrase, one.phoneme) for one in found.phonemes] == [
        ("St. Mary's", "sntˈmɛəɹiz"),
        ("Leeds", "liːdz"),
        ("Leeds", "liːdz"),
    ]
    assert {one.phrase: lines(entries) for one, entries in found.sources.items()} == {
        "St. Mary's": [1],
        "Leeds": [3],
    }


def test_what_no_voice_element_holds_stands_where_its_parent_does() -> None:
    content = applied("<speak>\n  <p>Leeds</p></speak>", book(entry("Leeds", alias="Leads"))).content

    assert isinstance(content, Element)
    [word] = [element for element in ssml.walk(content) if element.name == "sub"]
    assert (word.line, word.column) == (2, 3)


# --- which words ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("St. Mary's", "[2]"),
        ("St. Mary", "[1] Mary"),
        ("  St.  Mary", "  [1]  Mary"),
        ("St.\nMary's  St.\u00a0Mary's St. \n\tMary's", "[2]  [2] [2]"),
        ("AT&amp;T, and AT&amp;T-like, not AT&amp;Tx or XAT&amp;T", "[4], and [4]-like, not [3]&amp;Tx or XAT&amp;T"),
        ("at&amp;t At&amp;T", "at&amp;t At&amp;T"),
        ("AT and T", "[3] and T"),
        ("can can't cans scan can", "[5] can't cans scan [5]"),
        ("can. (can) 'can' \u201ccan\u201d can", "[5]. ([5]) '[5]' \u201c[5]\u201d [5]"),
        ("can\u0301 ca\u00ad can_do can.do can-do", "can\u0301 ca\u00ad can_do can.do [5]-do"),
        ("C++ C++, C C#", "[6] [6], C C#"),
        ("5 3.5 5,000 5. 5 km 05", "[7] 3.5 5,000 [7]. [7] km 05"),
        (".NET ASP.NET", "[8] ASP.NET"),
        ("Nguyen Nguyen's", "[9] Nguyen's"),
        ("R&amp;D &amp;D", "[10]D [11]"),
    ],
)  # fmt: skip
def test_whole_words_only_and_the_longest_of_them(text: str, expected: str) -> None:
    graphemes = ("St.", "St. Mary's", "AT", "AT&T", "can", "C++", "5", ".NET", "Nguyen", "R&", "&D")
    names = book(*(entry(grapheme, alias=str(number)) for number, grapheme in enumerate(graphemes, start=1)))

    assert said(text, names).replace("\u00a0", " ") == expected.replace("\u00a0", " ")


@pytest.mark.parametrize(
    ("language", "grapheme", "text", "expected"),
    [
        ("fr-FR", "Orange", "l'Orange d’Orange Oranges", "l'[x] d’[x] Oranges"),
        ("it-IT", "ENEL", "dell'ENEL", "dell'[x]"),
        ("tr-TR", "Ankara", "Ankara'da", "[x]'da"),
        ("en-US", "Brien", "O'Brien", "O'Brien"),
        ("ja-JP", "東京", "東京都は東京", "[x]都は[x]"),
        ("ja-JP", "ドコモ", "NTTドコモの ドコモス", "NTT[x]の ドコモス"),
        ("th-TH", "ไทย", "ในไทยนี้", "ใน[x]นี้"),
        ("hi-IN", "हिन", "हिन हिन्दी", "[x] हिन्दी"),
        ("de-DE", "Straße", "Straßen Straße STRASSE", "Straßen [x] STRASSE"),
        ("ru-RU", "МТС", "МТС-банк МТСа", "[x]-банк МТСа"),
    ],
)
def test_words_end_where_their_script_and_language_end_them(language: str, grapheme: str, text: str, expected: str) -> None:  # fmt: skip
    assert said(text, book(entry(grapheme, alias="x"), language=language)) == expected


@pytest.mark.parametrize(
    "text",
    [
        '<phoneme alphabet="ipa" ph="x">Leeds</phoneme>',
        '<sub alias="Leeds">Leeds</sub>',
        '<say-as interpret-as="characters">Leeds</say-as>',
        '<say-as interpret-as="characters"><emphasis>Leeds</emphasis></say-as>',
        '<mark name="Leeds"/>',
        '<audio src="Leeds"><desc>Leeds</desc></audio>',
        "<metadata><x>Leeds</x></metadata>",
        "Le<emphasis>eds</emphasis>",
        "St. <emphasis>Mary's</emphasis>",
        "leeds LEEDS",
        "",
    ],
)
def test_what_is_said_otherwise_or_never_stays_the_same_object(text: str) -> None:
    tree = ssml.parse(f"<speak>{text}</speak>")
    names = book(entry("Leeds", ipa="liːdz"), entry("St. Mary's", ipa="x"))

    found = lexicon.apply(tree, [names], alphabets=IPA, phoneme=True, sub=True)

    assert found.content is tree
    assert found == Applied(tree)


def test_a_tree_made_by_hand_with_an_empty_text_stays_the_same_object() -> None:
    tree = Element("speak", (), ("", Element("break"), ""))

    found = lexicon.apply(tree, [book(entry("Leeds", alias="x"))], alphabets=IPA, phoneme=True, sub=True)

    assert found.content is tree


def test_a_text_without_a_match_stays_the_same_object() -> None:
    text = "Nothing here."

    assert (
        lexicon.apply(text, [book(entry("Leeds", alias="x"))], alphabets=IPA, phoneme=True, sub=True).content
        is text
    )
    assert lexicon.apply(text, [], alphabets=IPA, phoneme=True, sub=True) == Applied(text)


def test_a_longer_word_that_the_voice_cannot_take_leaves_room_for_a_shorter_one() -> None:
    found = applied(
        "St. Mary's", book(entry("St. Mary's", ipa="x"), entry("St.", alias="Saint")), phoneme=False
    )

    assert found.content == ssml.parse('<speak><sub alias="Saint">St.</sub> Mary\'s</speak>')
    assert (lines(found.used), lines(found.refused)) == ([2], [1])


def test_the_nearest_lexicon_wins_where_the_voice_takes_its_entry() -> None:
    near, far = book(entry("Leeds", ipa="near")), book(entry("Leeds", alias="far"), path="far.pls")

    assert said("Leeds", near, far) == "[near]"
    assert said("Leeds", near, far, phoneme=False) == "[far]"
    assert applied("Leeds", near, far, phoneme=False).used == {("far.pls", 1)}


# --- language and role ------------------------------------------------------------------------------


def test_an_element_in_another_language_is_left_to_the_lexicons_of_that_language() -> None:
    english, spanish = book(entry("Leon", alias="Lee on")), book(entry("Leon", alias="león"), language="es")
    text = '<speak>Leon <lang xml:lang="es-MX">Leon <p xml:lang="en-US">Leon</p></lang><s xml:lang="??">Leon</s></speak>'

    parts = (
        '[Lee on] <lang xml:lang="es-MX">{} <p xml:lang="en-US">[Lee on]</p></lang><s xml:lang="??">Leon</s>'
    )
    assert said(text, english) == parts.format("Leon")
    assert said(text, english, spanish) == parts.format("[león]")


def test_a_role_is_asked_of_the_token_around_the_word() -> None:
    roles = ("{urn:pos}verb",)
    names = book(
        entry("read", ipa="ɹɛd", roles=roles),
        entry("read", ipa="ɹiːd"),
        entry("live", ipa="laɪv", roles=roles),
    )
    text = (
        'read <w role="p:noun p:verb" xmlns:p="urn:pos">read live</w> <token role="verb">read</token>'
        ' live<w role="q:verb" xmlns:q="urn:pos"><emphasis>read</emphasis></w><w role="p:verb">read</w>'
    )

    found = said(text, names)

    words = [part.split("]")[0] for part in found.split("[")[1:]]
    assert words == ["ɹiːd", "ɹɛd", "laɪv", "ɹiːd", "ɹɛd", "ɹiːd"]
    assert " live<w" in found
    assert found.endswith("</w>[ɹiːd]")  # what is one word, and said by an entry, needs no token


def test_a_roles_prefix_may_be_declared_anywhere_around_the_token() -> None:
    names = book(entry("read", ipa="ɹɛd", roles=("{urn:pos}verb",)))

    assert applied('<speak xmlns:p="urn:pos"><p><w role="p:verb">read</w></p></speak>', names).used
    assert not applied(
        '<speak xmlns:p="urn:pos"><p xmlns:p="urn:x"><w role="p:verb">read</w></p></speak>', names
    ).used


# --- laws -------------------------------------------------------------------------------------------

LETTERS = st.sampled_from(
    ["a", "b", "c", "ab", "a b", "b.", "'", "a'b", "&", "é", "e\u0301", "語", "ア", "1,1", " ", "<", "1"]
)
TEXTS = st.lists(LETTERS, min_size=1, max_size=8).map("".join)
GRAPHEMES = TEXTS.map(lambda text: " ".join(text.split())).filter(bool)
LEXEMES = st.builds(
    Lexeme,
    st.lists(GRAPHEMES, min_size=1, max_size=2, unique=True).map(tuple),
    st.lists(st.builds(Pronunciation, TEXTS, st.sampled_from(["ipa", "x-sampa", None]), st.booleans()), min_size=1, max_size=2).map(tuple),
    st.sampled_from([(), (), ("noun",)]),
)  # fmt: skip
LEXICONS = st.lists(
    st.builds(lambda lexemes, tag: book(*lexemes, language=tag), st.lists(LEXEMES, max_size=6), st.sampled_from(["en", "fr"])),
    max_size=2,
)  # fmt: skip
NODES = st.recursive(
    TEXTS,
    lambda deeper: st.builds(
        Element,
        st.sampled_from(["p", "emphasis", "sub", "say-as", "w"]),
        st.sampled_from([(), (("xml:lang", "fr"),), (("role", "noun"),)]),
        st.lists(deeper, max_size=4).map(tuple),
    ),
    max_leaves=8,
)
TREES = st.builds(Element, st.just("speak"), st.just(()), st.lists(NODES, max_size=4).map(tuple)).map(
    lambda tree: ssml.parse(ssml.serialise(tree))
)


def elements(content: Element | str) -> list[Element]:
    assert isinstance(content, Element)
    return list(ssml.walk(content))


def told(content: Element | str) -> list[Element]:
    return [element for element in elements(content) if element.name in {"phoneme", "sub"}]


@given(TREES | trees(), LEXICONS, st.booleans(), st.booleans())
def test_applying_twice_changes_nothing_more_and_each_match_is_one_element(
    tree: Element, lexicons: Sequence[Lexicon], phoneme: bool, sub: bool
) -> None:
    once = lexicon.apply(tree, lexicons, alphabets=IPA, phoneme=phoneme, sub=sub)
    twice = lexicon.apply(once.content, lexicons, alphabets=IPA, phoneme=phoneme, sub=sub)

    assert twice.content is once.content
    assert not twice.used
    made = len(elements(once.content)) - len(elements(tree))
    assert bool(made) == bool(once.used) == (once.content is not tree)
    assert made == len(told(once.content)) - len(told(tree))
    assert ssml.parse(ssml.serialise(tree)) == tree
    assert ssml.parse(ssml.serialise(elements(once.content)[0])) == once.content


@given(TREES, LEXICONS)
def test_sounds_leave_the_plain_text_as_it_was(tree: Element, lexicons: Sequence[Lexicon]) -> None:
    found = lexicon.apply(tree, lexicons, alphabets=IPA, phoneme=True, sub=False)

    assert isinstance(found.content, Element)
    assert ssml.plain_text(found.content) == ssml.plain_text(tree)
    assert {element.name for element in elements(found.content)} - {
        element.name for element in elements(tree)
    } <= {"phoneme"}


@given(TREES, LEXICONS, st.booleans())
def test_an_alias_replaces_its_word_and_nothing_around_it(
    tree: Element, lexicons: Sequence[Lexicon], phoneme: bool
) -> None:
    """What is left, with each new element as the text that it holds, is the tree that was given."""
    found = lexicon.apply(tree, lexicons, alphabets=IPA, phoneme=phoneme, sub=True)

    def undone(element: Element) -> Element:
        if element.name in {"sub", "say-as", "phoneme"} and not (element.get("alias") or element.get("ph")):
            return element
        children: list[Element | str] = []
        for child in element.children:
            plain = isinstance(child, Element) and bool(child.get("alias") or child.get("ph"))
            part = (
                child
                if isinstance(child, str)
                else "".join(map(str, child.children))
                if plain
                else undone(child)
            )
            if isinstance(part, str) and children and isinstance(children[-1], str):
                children[-1] += part
            else:
                children.append(part)
        return evolve(element, children=tuple(children))

    assert isinstance(found.content, Element)
    assert undone(found.content) == tree


def test_the_work_grows_with_the_text_and_not_with_the_lexicon() -> None:
    """Work is counted in calls, which are the same on a busy machine."""

    def calls(entries: int, words: int) -> int:
        names = book(*(entry(f"Word{number:05} Inc.", ipa="x") for number in range(entries)))
        tree = ssml.parse("<speak>" + "We like Word00007 Inc. and others. " * words + "</speak>")
        lexicon.apply(tree, [names], alphabets=IPA, phoneme=True, sub=True)
        counted = 0

        def count(frame: object, event: str, argument: object) -> None:
            nonlocal counted
            counted += event in {"call", "c_call"}

        before = sys.getprofile()
        sys.setprofile(count)
        try:
            lexicon.apply(tree, [names], alphabets=IPA, phoneme=True, sub=True)
        finally:
            sys.setprofile(before)
        return counted

    assert calls(4_000, 50) == calls(40, 50)
    assert calls(40, 400) <= 8 * calls(40, 50)


# --- scope and report -------------------------------------------------------------------------------


def test_a_profile_speaks_by_its_own_lexicons_then_the_packs_then_the_projects_of_its_language() -> None:
    shelf = {name: book(language=tag, path=name) for name, tag in {"a": "en", "b": "en-US", "c": "es", "d": "en-GB", "e": "en-US"}.items()}  # fmt: skip
    here = Place("voicekit.yaml")
    profile = Profile("en", here, Settings(language="en-US"), lexicons=("b",))
    pack = Pack("phone", here, (), (profile,), lexicons=("c", "e", "b"))
    project = Project(".", "mill", (pack,), {}, (), {}, lexicons=("d", "a"), shelf=shelf)

    assert [found.path for found in lexicon.scoped(project, pack, profile)] == ["b", "e", "a"]


def test_entries_that_said_nothing_are_reported_at_their_line() -> None:
    names = book(entry("Leeds", ipa="x"), entry("York", alias="y"), entry("Hull", "Kingston", ipa="z"))
    found = applied("Leeds and Hull", names)
    plain = lexicon.apply("Hull", [names], alphabets=IPA, phoneme=False, sub=True)

    findings = unused(
        [names, names], found.used | plain.used, dict.fromkeys(found.refused | plain.refused, ("b", "a"))
    )

    assert [(one.code, one.severity, one.place) for one in findings] == [
        ("VK801", "info", Place("lexicons/brand.pls", 2)),
        ("VK802", "warning", Place("lexicons/brand.pls", 3)),
    ]
    assert "`York`" in findings[0].message
    assert "`Hull`" in findings[1].message
    assert "(profile a, b)" in findings[1].message
    assert all(one.remedy for one in findings)
    assert unused([names], frozenset({("lexicons/brand.pls", line) for line in (1, 2, 3)}), {}) == ()
