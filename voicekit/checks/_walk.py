"""The one walk that all checks share. Imports the subjects, the table and model.

It goes over the rows once, and asks of each as little as it can: who waits for a sign or a word is called only where that is, who
looks at settings once for each voice, and who looks at tags only at those that are not known to be in order. What the rows of a
pack have to do with each other is gathered on the way.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence

from attrs import Factory, evolve, frozen

from voicekit.checks._members import Check
from voicekit.checks._ssml import FOREIGN
from voicekit.checks._subjects import Document, Holds, Node, PackUse, ProfileUse, PromptUse, Row, Run, Whole
from voicekit.checks._table import Look, Table, Waiting, everything, sort
from voicekit.checks._traits import words
from voicekit.model import Element, Finding, Pack, Project, Script

# Rules of form, and of what a voice takes: where one of these speaks of an element, it says why adapting changed it.
_EXPLAINS = ("VK1", "VK3")
# An element, by its line and column in the rendered text, and perhaps one of its attributes.
Spot = tuple[int, int, str]


def look(
    project: Project,
    rows: Iterable[Row],
    profiles: Iterable[ProfileUse],
    *,
    partial: bool = False,
    only: Iterable[Check] | None = None,
) -> list[Finding]:
    """Run checks over a project.

    Args:
        project: What is looked at.
        rows: Its prompts, as its profiles say them.
        profiles: The profiles of its packs.
        partial: The rows are a selection: prompts without a row are not looked at.
        only: These checks instead of all.

    Returns:
        What they found, and what adapting changed beside that; unsorted and at their own severities.
    """
    walk = _Walk(everything() if only is None else sort(only))
    whole = Whole(project, tuple(rows))
    for row in whole.rows:
        walk.row(row)
    walk.project(whole, partial=partial)
    walk.tell("profile", *profiles)
    return walk.found


@frozen
class _Gathered:
    """What is known of a pack once its rows have been walked."""

    rows: list[Row] = Factory(list)
    by_words: dict[int, list[Row]] = Factory(lambda: defaultdict(list))
    woken: dict[Waiting, list[Row]] = Factory(lambda: defaultdict(list))

    def use(self, project: Project, pack: Pack) -> PackUse:
        twins = (tuple(rows) for rows in self.by_words.values() if len(rows) > 1)
        return PackUse(project, pack, tuple(self.rows), tuple(twins))


class _Walk:
    """One walk over a project: what was found so far, and what need not be looked at again."""

    def __init__(self, table: Table) -> None:
        self.found: list[Finding] = []
        self._table = table
        self._packs: dict[str, _Gathered] = defaultdict(_Gathered)
        self._heard: set[tuple[str, ...]] = set()
        self._in_order: dict[tuple[object, ...], set[object]] = {}
        self._tree = _Tree(table, self.found)

    def tell(self, subject: str, *shown: object) -> None:
        """Show something to who looks at a subject."""
        for look in self._table.looks[subject]:
            for one in shown:
                self.found.extend(look(one))

    # --- rows ---------------------------------------------------------------------------------------

    def row(self, row: Row) -> None:
        """Show a row, its settings, its words and its elements."""
        settings = (row.pack.name, id(row.profile), row.asks[0].ssml is None)
        if settings not in self._in_order:
            self._in_order[settings] = set()
            self.tell("settings", row)
        self._tree.look(row, self._in_order[settings])
        self.tell("row", row)
        self.tell("document", Document(row, self._tree.elements))
        self._words(row)
        self._changes(row)

    def _words(self, row: Row) -> None:
        pack, text = self._packs[row.pack.name], row.text
        pack.rows.append(row)
        pack.by_words[hash(words(text))].append(row)
        same = (row.pack.name, row.prompt.id, row.asks[0].language, text)
        new = same not in self._heard
        if new:
            self._heard.add(same)
            self.tell("spoken", row)
        for waiting in self._table.waiting.woken(text):
            if waiting.subject == "pack":
                pack.woken[waiting].append(row)
            elif new or waiting.subject == "row":
                self.found.extend(waiting.look(row))

    def _changes(self, row: Row) -> None:
        """Tell what adapting changed, where no rule has said why of the same element or attribute; an error by an error only."""
        for change in row.changes:
            spot = (change.line, change.column, change.attribute)
            if spot not in self._tree.told or (change.severity == "error" and not self._tree.told[spot]):
                place = row.speech.place_at(change.line, change.column)
                self.found.append(Finding(change.code, change.severity, place, change.message, change.remedy))

    # --- packs and prompts --------------------------------------------------------------------------

    def project(self, whole: Whole, *, partial: bool) -> None:
        """Show a project, its packs and their prompts, once all rows have been walked."""
        self.tell("project", whole)
        scripts: dict[str, list[Script]] = defaultdict(list)
        for script in whole.project.scripts:
            scripts[script.name].append(script)
        seen: set[tuple[str, str]] = set()
        for pack in whole.project.packs:
            gathered = self._packs[pack.name]
            if gathered.rows or not partial:
                use = gathered.use(whole.project, pack)
                self.tell("pack", use)
                for waiting, rows in gathered.woken.items():
                    self.found.extend(waiting.look(evolve(use, rows=tuple(rows))))
                self.tell("prompt", *_prompts(use, scripts, seen, partial=partial))


class _Tree:
    """The elements of one row after another, and of which of them, or of their attributes, a rule has said what is wrong."""

    def __init__(self, table: Table, found: list[Finding]) -> None:
        self.elements: list[Element] = []
        self.told: dict[Spot, bool] = {}  # whether it was an error
        self._table, self._found = table, found
        self._row: Row
        # Tags of the row's settings that no rule has anything to say about.
        self._in_order: set[object]
        # Where elements may stand, as numbers: the place around, and the name of the element around.
        self._places: dict[tuple[int, str], int] = {}

    def look(self, row: Row, in_order: set[object]) -> None:
        """Show every element of a row."""
        self.elements, self.told, self._row, self._in_order = [], {}, row, in_order
        self._inside((row.speech.content,), (), 0)

    def _inside(self, children: Sequence[Element | str], parents: tuple[Element, ...], place: int) -> None:
        tags, elements, texts = self._table.tags, self._table.elements, self._table.looks["text"]
        before = 0
        for child in children:
            if isinstance(child, str):
                for look in texts:
                    self._found.extend(look(Run(self._row, child, parents, before)))
                continue
            before += 1
            self.elements.append(child)
            name, inner = child.name, child.children
            holds = _holds(inner) if inner else "nothing"
            tag = (place, name, child.attributes, holds)
            if tag not in self._in_order:
                self._show(tags.looks.get(name, tags.always), Node(self._row, child, parents, holds), tag)
            looks = elements.looks.get(name, elements.always)
            if looks:
                self._show(looks, Node(self._row, child, parents, holds))
            alone = len(inner) < 2 and holds != "elements"
            if (texts or not alone) and name not in FOREIGN:
                inside = self._places.setdefault((place, name), len(self._places) + 1)
                self._inside(inner, (*parents, child), inside)

    def _show(self, looks: Iterable[Look], node: Node, tag: object = None) -> None:
        """Show an element, and remember its tag if it is given, and nobody has anything to say."""
        found = [finding for look in looks for finding in look(node)]
        if found:
            self._found.extend(found)
            for one in found:
                if one.code.startswith(_EXPLAINS):
                    spot = (node.element.line, node.element.column, one.attribute)
                    self.told[spot] = self.told.get(spot, False) or one.severity == "error"
        elif tag is not None:
            self._in_order.add(tag)


def _holds(children: Sequence[Element | str]) -> Holds:
    """Say what stands directly inside an element: words, or at least other elements."""
    holds: Holds = "nothing"
    for child in children:
        if isinstance(child, Element):
            holds = "elements"
        elif not child.isspace():
            return "words"
    return holds


def _prompts(
    use: PackUse, scripts: Mapping[str, Sequence[Script]], seen: set[tuple[str, str]], *, partial: bool
) -> Iterator[PromptUse]:
    """Yield each prompt once, also where two packs share a list."""
    by_prompt: dict[str, list[Row]] = defaultdict(list)
    for row in use.rows:
        by_prompt[row.prompt.id].append(row)
    for prompt in use.pack.prompts:
        key = (prompt.place.path, prompt.id)
        if key in seen or (partial and prompt.id not in by_prompt):
            continue
        seen.add(key)
        own = tuple(by_prompt.get(prompt.id, ()))
        yield PromptUse(use.project, use.pack, prompt, own, tuple(scripts.get(prompt.script or "", ())))
