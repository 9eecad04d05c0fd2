"""VK411: two prompts that say exactly the same.

What: Two prompts of one pack, of three words or more, make the same requests in every profile, and no script says both.
Why: It costs nothing, since the sound is bought once; but when one of the two is reworded, the other is forgotten. 5 of the 569
    prompts of Asterisk's English list say what another one says, and 12 of the 791 phrases of FreeSWITCH's German list.
Fix: Use one of them for both, or give both the same script, so that there is one place to change.

Bad:
    prompts:
        - {id: busy, text: "All lines are busy."}
        - {id: full, text: "All lines are busy."}  ←
Good:
    prompts:
        - {id: busy, text: "All lines are busy."}
        - {id: full, text: "All lines are busy.", override: {rate: 0.9}}
        - {id: unit/second, text: second}
        - {id: place/second, text: second}
"""

from collections import defaultdict
from collections.abc import Iterator

from voicekit.checks import Check, PackUse, Row
from voicekit.model import Finding

_LEAST = 3  # words; parts of sentences are alike by chance, such as "second" for a time and for a place


def _look(use: PackUse) -> Iterator[Finding]:
    if not use.twins:
        return
    by_prompt: dict[str, list[Row]] = defaultdict(list)
    for row in use.rows:
        by_prompt[row.prompt.id].append(row)
    first: dict[tuple[object, ...], str] = {}
    for name in dict.fromkeys(row.prompt.id for twins in use.twins for row in twins):
        rows = by_prompt[name]
        if len(rows[0].text.split()) < _LEAST:
            continue
        twin = first.setdefault(tuple((row.profile.name, row.asks) for row in rows), name)
        if twin != name and not _one_place(rows[0], by_prompt[twin][0]):
            message = f"prompt {name} says exactly what prompt {twin} says"
            yield Finding(
                "VK411", "info", rows[0].prompt.place, message, "use one of the two, or one script for both"
            )


def _one_place(one: Row, other: Row) -> bool:
    """Whether the same script says both, so that they cannot come apart."""
    return one.prompt.script is not None and one.prompt.script == other.prompt.script


CHECK = Check("VK411", "said twice", pack=_look)
