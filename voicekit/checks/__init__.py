"""The open set of checks: one rule a file, found by listing this folder. Imports model, ssml, _sound's tables and _files.

How to write a check
--------------------
Write one file, ``vk999_what_is_wrong.py``, and nothing else. Its name starts with the code; its docstring is the rule's
page, for `voicekit rule VK999` and for the reference::

    '''VK999: a break longer than a caller waits.

    What: A single pause lasts more than five seconds.
    Why: Callers take a longer silence for a lost line (say where that is known from).
    Fix: Shorten the pause, or play music.

    Bad:
        prompts:
            - {id: hold, ssml: "<speak>Wait.<break time='9s'/></speak>"}  ←
    Good:
        prompts:
            - {id: hold, ssml: "<speak>Wait.<break time='900ms'/></speak>"}
    '''

    def _look(node: Node) -> Iterator[Finding]:
        if seconds(node.element.get("time")) > 5:
            message = "a pause of more than five seconds"
            yield Finding("VK999", "warning", node.place, message, "shorten it", attribute="time")


    CHECK = Check("VK999", "overlong pause", tags={"break": _look})

A check says what it looks at, and all checks share one walk:

- ``project``: a `Whole`, once, with every row: to hold prompts against each other.
- ``pack``: a `PackUse`, once for each pack, with its rows, and those among them that say the same (`twins`).
- ``prompt``: a `PromptUse`, once for each prompt, with its rows.
- ``profile``: a `ProfileUse`, once for each profile of a pack, as resolved.
- ``settings``: a `Row`, but only one of those that share a pack, their settings, and whether they are SSML or text.
- ``row``: a `Row`, one prompt as one profile says it.
- ``spoken``: a `Row` too, but only one of those of a prompt that say the same words.
- ``document``: a `Document`, a row with all of its elements.
- ``tags``: a `Node` for each SSML element of a name; ``*`` stands for every name. A rule about tags looks at nothing but the name, the
  attributes, the names of the elements around, whether something is inside (`Node.holds`), and the row's settings: once it has
  said nothing of a tag, it is not shown the same again.
- ``elements``: a `Node` too, of every element that there is: for rules that look at words as well.
- ``text``: a `Run` for each piece of text between elements, or for the whole of a plain text.

What stands inside ``metadata`` or ``math`` is no SSML, and shown to nobody. A rule about an attribute names it in its `Finding`; what
adapting changed is told only where no rule of VK1xx or VK3xx has spoken of the same element or attribute.

Most rows hold nothing that most rules look for. A rule of ``row``, ``spoken`` or ``pack`` may state ``signs`` (characters) and ``words`` (in
lower case): it is shown only rows whose words hold one of them, all found in one pass. ``signs=frozenset("<&")`` costs nothing where
neither stands. `tests/checks/test_laws.py` holds each rule to both promises.

A check that looks at nothing is there for its page: a stage raises its findings itself. ``mend`` finds the `Fix` of a finding,
and is asked only for `check --fix` and `--diff`.

Codes: VK1xx form, VK2xx limits, VK3xx what a voice takes, VK4xx project and localisation, VK5xx what adapting changed,
VK6xx telephony and the craft of prompts, VK7xx cost, VK8xx lexicons. A finding is an *error* only where a vendor or target is known (P,
M) to reject; no setting silences it. Everything else warns or informs.

*Bad* and *Good* are the test (`tests/checks/test_examples.py`): each is made into a small project; Bad gives exactly this code's
findings on the lines that end in ``←``, and Good gives none. `tests/kit/check.py` says what may stand in an example.
"""

from voicekit.checks._fixes import Edit, edits, with_fixes
from voicekit.checks._ignores import fits, settle, unknown
from voicekit.checks._members import Check, codes, find
from voicekit.checks._pages import Rule, page, rule, rules
from voicekit.checks._sources import Source
from voicekit.checks._subjects import Change, Document, Node, PackUse, ProfileUse, PromptUse, Row, Run, Whole
from voicekit.checks._walk import look

__all__ = [
    "Change",
    "Check",
    "Document",
    "Edit",
    "Node",
    "PackUse",
    "ProfileUse",
    "PromptUse",
    "Row",
    "Rule",
    "Run",
    "Source",
    "Whole",
    "codes",
    "edits",
    "find",
    "fits",
    "look",
    "page",
    "rule",
    "rules",
    "settle",
    "unknown",
    "with_fixes",
]
