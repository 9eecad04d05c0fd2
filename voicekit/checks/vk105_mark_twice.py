"""VK105: a mark whose name is used twice.

What: Two `<mark>` elements of one document have the same name. Azure's `<bookmark mark>` counts too.
Why: A vendor answers with a list of names and times (Google: `timepoints[] {markName, timeSeconds}`), so that two moments of
    one name cannot be told apart; SSML 1.1 (3.3.2) gives the name as the only thing that tells where a voice has got to.
Fix: Give each mark a name of its own. In a loop, put the loop's number into it: `{{ mark("option-" ~ loop.index) }}`.

Bad:
    template menu:
        <speak>
        <mark name="option"/>For sales, press 1.
        <mark name="option"/>For service, press 2.  ←
        </speak>
Good:
    template menu:
        <speak>
        <mark name="option-1"/>For sales, press 1.
        <mark name="option-2"/>For service, press 2.
        </speak>
"""

from collections.abc import Iterator

from voicekit.checks import Check, Document
from voicekit.checks._ssml import shown
from voicekit.model import Finding

_NAMED = {"mark": "name", "bookmark": "mark"}


def _look(document: Document) -> Iterator[Finding]:
    seen: set[str] = set()
    for node in document.elements:
        name = node.get(_NAMED[node.name]) if node.name in _NAMED else ""
        if name and name in seen:
            message = f'the mark "{shown(name)}" is there more than once in prompt {document.row.prompt.id}'
            yield Finding(
                "VK105",
                "warning",
                document.row.speech.place_of(node),
                message,
                "give each mark a name of its own",
            )
        seen.add(name)


CHECK = Check("VK105", "mark named twice", document=_look)
