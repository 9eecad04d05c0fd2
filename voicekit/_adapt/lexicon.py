"""Lexicons over one speech: words that an entry knows become ``phoneme`` or ``sub``. Imports pls, _language and model.

Longest match first, whole words only, case counts. What is said otherwise already (``phoneme``, ``sub``, ``say-as``) and
what is never said stays as it is. A match costs a look-up, whatever the number of entries.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from functools import lru_cache

from attrs import evolve, field, frozen

from voicekit import _language, pls
from voicekit._adapt import beside
from voicekit._adapt.words import Words
from voicekit.errors import Place
from voicekit.model import (
    NO_VALUES,
    CustomPronunciation,
    Element,
    Finding,
    Lexeme,
    Lexicon,
    Pack,
    Profile,
    Project,
    Pronunciation,
)

Entries = frozenset[tuple[str, int]]
Refused = Mapping[
    tuple[str, int], Collection[str]
]  # entries, and the names of the profiles that cannot say them
_Found = tuple[Pronunciation, tuple[str, int]]  # how a word is said, and the entry that says so

_CLOSED = frozenset({"phoneme", "sub", "say-as", "desc", "metadata", "meta", "lexicon", "math"})
_TOKENS = frozenset({"w", "token"})


@frozen
class Applied:
    """A speech's content with its lexicons applied.

    Attributes:
        content: The same object where nothing matched.
        used: The entries that were applied, by the path of their lexicon and the line of their lexeme.
        refused: Those that matched, but have nothing that the voice takes.
        phonemes: What is to be said in sounds, one for each place: in a tree it stands there, in plain text beside it.
        sources: The entries that each of these is from.
    """

    content: Element | str
    used: Entries = frozenset()
    refused: Entries = frozenset()
    phonemes: tuple[CustomPronunciation, ...] = ()
    sources: Mapping[CustomPronunciation, Entries] = field(factory=dict)


@frozen
class _Takes:
    """What a voice takes."""

    alphabets: frozenset[str]
    phoneme: bool
    sub: bool

    def choose(self, lexeme: Lexeme) -> Pronunciation | None:
        """Choose a pronunciation: one that its author prefers, else the first phoneme, else the first alias."""
        fit = [said for said in lexeme.pronunciations if self._takes(said)]
        # An alias that nobody prefers is there for voices without phonemes, wherever it stands.
        return min(fit, key=lambda said: (not said.preferred, said.alphabet is None), default=None)

    def _takes(self, said: Pronunciation) -> bool:
        return self.sub if said.alphabet is None else self.phoneme and said.alphabet in self.alphabets


@frozen
class _Entry:
    """A lexeme under one of its graphemes, and how this voice can be told to say it."""

    lexicon: int
    lexeme: int
    roles: frozenset[str]
    said: Pronunciation | None


@frozen(eq=False)
class _Index:
    """What some lexicons know, by grapheme, and how to find it in a text."""

    entries: Mapping[str, tuple[_Entry, ...]]
    words: Words


@frozen
class _Inside:
    """What holds at one place of a tree: the lexicons of its language, the roles of its token, its namespaces."""

    lexicons: tuple[Lexicon, ...]
    index: _Index
    roles: frozenset[str] = frozenset()
    names: Mapping[str, str] = NO_VALUES


def scoped(project: Project, pack: Pack, profile: Profile) -> tuple[Lexicon, ...]:
    """Return the lexicons that a profile of a pack speaks by: those of its language, the profile's own first."""
    names = dict.fromkeys((*profile.lexicons, *pack.lexicons, *project.lexicons))
    language = profile.settings.language or ""
    return tuple(found for found in map(project.shelf.__getitem__, names) if _fits(found, language))


def apply(
    content: Element | str,
    lexicons: Sequence[Lexicon],
    *,
    alphabets: frozenset[str],
    phoneme: bool,
    sub: bool,
) -> Applied:
    """Apply lexicons to what is said.

    Args:
        content: An SSML tree, or plain text, in which words become their aliases or are to be said in sounds.
        lexicons: Nearest first: of entries with one grapheme, the first that the voice takes wins. Inside an element
            with an ``xml:lang`` only those of its language count.
        alphabets: The phonetic alphabets that the voice takes, such as ``ipa``.
        phoneme: Whether it takes ``phoneme`` at all; for plain text, whether sounds can stand beside it.
        sub: Whether it takes ``sub``.
    """
    if isinstance(content, str):
        return _Text(_Takes(alphabets, phoneme, sub=True)).run(content, tuple(lexicons))
    return _Tree(_Takes(alphabets, phoneme, sub)).run(content, tuple(lexicons))


def unused(lexicons: Iterable[Lexicon], used: Entries, refused: Refused) -> tuple[Finding, ...]:
    """Report entries that nothing was said with.

    Args:
        lexicons: All that were applied.
        used: The union of what `apply` used.
        refused: What `apply` refused, with the names of the profiles that said it all the same.

    Returns:
        VK801, an info, for each entry that said nothing; VK802, a warning, for each that a prompt holds but its voice
        does not take. Each stands at its lexeme.
    """
    return tuple(_findings(dict.fromkeys(lexicons), used, refused))


def _findings(lexicons: Iterable[Lexicon], used: Entries, refused: Refused) -> Iterator[Finding]:
    for lexicon in lexicons:
        for lexeme in lexicon.lexemes:
            at, name = (lexicon.path, lexeme.line), lexeme.graphemes[0]
            if at in refused:
                who = ", ".join(sorted(refused[at]))
                message = f"`{name}` is said by a voice that takes none of its pronunciations (profile {who})"
                remedy = "add an <alias>, or a <phoneme> in an alphabet that the voice takes"
                yield Finding("VK802", "warning", Place(*at), message, remedy)
            elif at not in used:
                remedy = "remove the entry, or write its grapheme as the prompts do; case counts"
                yield Finding(
                    "VK801", "info", Place(*at), f"no prompt is said with the entry of `{name}`", remedy
                )


class _Applier:
    """Finds entries in texts and notes which."""

    def __init__(self, takes: _Takes) -> None:
        self._takes = takes
        self._used: set[tuple[str, int]] = set()
        self._refused: set[tuple[str, int]] = set()
        self._phonemes: list[CustomPronunciation] = []
        self._sources: dict[CustomPronunciation, set[tuple[str, int]]] = {}

    def _applied(self, content: Element | str) -> Applied:
        sources = {phoneme: frozenset(entries) for phoneme, entries in self._sources.items()}
        return Applied(
            content, frozenset(self._used), frozenset(self._refused), tuple(self._phonemes), sources
        )

    def _split(self, text: str, inside: _Inside) -> Iterator[tuple[str, Pronunciation | None]]:
        """Cut a text into words that an entry says and what is between them."""
        done = 0
        for start, words in inside.index.words.find(text):
            if start < done:
                continue
            end, found = self._longest(words, inside)
            if found is None:
                continue
            if start > done:
                yield text[done:start], None
            self._note(text[start:end], *found)
            yield text[start:end], found[0]
            done = end
        if done < len(text) or done == 0:
            yield text[done:], None

    def _note(self, word: str, said: Pronunciation, entry: tuple[str, int]) -> None:
        """Note a word that is to be said in sounds, and the entry that says so."""
        phoneme = beside.pronunciation(word, said.alphabet, said.text)
        if phoneme is not None:
            self._phonemes.append(phoneme)
            self._sources.setdefault(phoneme, set()).add(entry)

    def _longest(self, words: Iterable[tuple[str, int]], inside: _Inside) -> tuple[int, _Found | None]:
        """Choose the first of the words that an entry says here, and return where it ends."""
        for word, end in words:
            found = self._choose(inside.index.entries[word], inside)
            if found is not None:
                return end, found
        return 0, None

    def _choose(self, entries: Iterable[_Entry], inside: _Inside) -> _Found | None:
        """Choose among the lexemes of one grapheme: those of the token's role first, then those without a role."""
        fit = [entry for entry in entries if entry.roles & inside.roles]
        fit += [entry for entry in entries if not entry.roles]
        for entry in fit:
            lexicon = inside.lexicons[entry.lexicon]
            at = (lexicon.path, lexicon.lexemes[entry.lexeme].line)
            (self._refused if entry.said is None else self._used).add(at)
            if entry.said is not None:
                return entry.said, at
        return None


class _Text(_Applier):
    def run(self, text: str, lexicons: tuple[Lexicon, ...]) -> Applied:
        inside = _Inside(lexicons, _index(lexicons, self._takes))
        parts = [
            said.text if said and said.alphabet is None else part for part, said in self._split(text, inside)
        ]
        return self._applied("".join(parts) if self._used else text)


class _Tree(_Applier):
    def run(self, tree: Element, lexicons: tuple[Lexicon, ...]) -> Applied:
        self._all = lexicons
        return self._applied(self._node(tree, _Inside(lexicons, _index(lexicons, self._takes))))

    def _node(self, node: Element, inside: _Inside) -> Element:
        """Return an element with its words said; where all of a token is one word that an entry says, that says it all."""
        if node.name.rpartition(":")[2] in _CLOSED:
            return node
        inside = self._enter(node, inside)
        children: list[Element | str] = []
        for child in node.children:
            children += (
                self._words(child, node, inside) if isinstance(child, str) else [self._node(child, inside)]
            )
        same = len(children) == len(node.children) and all(map(_is, children, node.children))
        if same:
            return node
        only = children[0] if len(children) == 1 and isinstance(node.children[0], str) else ""
        token = node.name.rpartition(":")[2] in _TOKENS  # its role has been used, and few voices take one
        return only if token and isinstance(only, Element) else evolve(node, children=tuple(children))

    def _words(self, text: str, node: Element, inside: _Inside) -> Iterator[Element | str]:
        for part, said in self._split(text, inside):
            yield part if said is None else _wrapped(part, said, node)

    def _enter(self, node: Element, inside: _Inside) -> _Inside:
        names = pls.names_within(node, inside.names)
        language = node.get("xml:lang")
        if language:
            lexicons = tuple(lexicon for lexicon in self._all if _fits(lexicon, language))
            inside = evolve(inside, lexicons=lexicons, index=_index(lexicons, self._takes))
        if node.name.rpartition(":")[2] in _TOKENS:
            roles = frozenset(pls.expanded(role, names) for role in node.get("role").split())
            inside = evolve(inside, roles=roles)
        return inside if names is inside.names else evolve(inside, names=names)


def _is(one: object, other: object) -> bool:
    # The text before the first match is a new object that may be equal; the last is the old one if nothing matched.
    return one is other or (isinstance(one, str) and one == other)


def _wrapped(text: str, said: Pronunciation, parent: Element) -> Element:
    """Make the element that says a word; texts have no position, so it stands where its parent does."""
    if said.alphabet is None:
        return Element("sub", (("alias", said.text),), (text,), parent.line, parent.column)
    attributes = (("alphabet", said.alphabet), ("ph", said.text))
    return Element("phoneme", attributes, (text,), parent.line, parent.column)


def _fits(lexicon: Lexicon, language: str) -> bool:
    try:
        return _language.matches(lexicon.language, language)
    except ValueError:
        return False  # an xml:lang that is no tag


@lru_cache(maxsize=256)
def _index(lexicons: tuple[Lexicon, ...], takes: _Takes) -> _Index:
    entries: dict[str, list[_Entry]] = {}
    for number, lexicon in enumerate(lexicons):
        for place, lexeme in enumerate(lexicon.lexemes):
            entry = _Entry(number, place, frozenset(lexeme.roles), takes.choose(lexeme))
            for grapheme in lexeme.graphemes:
                entries.setdefault(grapheme, []).append(entry)
    words = Words(entries, [lexicon.language for lexicon in lexicons])
    return _Index({grapheme: tuple(found) for grapheme, found in entries.items()}, words)
