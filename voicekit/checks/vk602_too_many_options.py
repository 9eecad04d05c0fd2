"""VK602: a menu with more than five options.

What: One prompt offers more than five keys.
Why: A menu is heard once and cannot be looked at again. Avaya's guide for menus says not to offer more than four or five choices, AT&T's manual for
    submenus "five or fewer". 4 of the 569 prompts of Asterisk's English list offer six
    or seven.
Fix: Put related options together into a second menu, or offer the rare ones under "for everything else".

Bad:
    prompts:
        - id: menu
          text: "For sales, press 1. For billing, press 2. For repairs, press 3. For returns, press 4. For jobs, press 5. For the rest, press 6."  ←
Bad:
    prompts:
        - {id: menu, text: "Press 1 to play, 2 to stop, 3 to save, 4 or 5 to skip, 6 to delete, or star to leave."}  ←
Good:
    prompts:
        - id: menu
          text: "For sales, press 1. For billing, press 2. For repairs, press 3. For returns, press 4. For all else, press 0."
        - id: again
          text: "For sales, press 1. For billing, press 2. For repairs, press 3. Once more: for sales, press 1, for billing, press 2, for repairs, press 3."
"""

from collections.abc import Iterator

from voicekit.checks import Check, Row
from voicekit.checks._keys import VERBS, options
from voicekit.model import Finding

_MOST = 5


def _look(row: Row) -> Iterator[Finding]:
    offered = options(row)
    if len(offered) > _MOST:
        message = f"prompt {row.prompt.id} offers {len(offered)} options; callers keep about {_MOST}"
        yield Finding(
            "VK602", "warning", row.speech.place, message, "divide the menu, or gather the rare options"
        )


CHECK = Check("VK602", "too many options", spoken=_look, words=VERBS)
