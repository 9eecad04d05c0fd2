"""VK703: a long text in a premium voice.

What: More than 10,000 characters of a pack are for voices whose list price is 100 USD or more for a million characters.
Why: Google's Studio voices cost ten times as much as Neural2 (160 and 16 USD, S, June 2026), Polly's long-form voices about six times as
    much as neural ones (100 and 16 USD, M). A phone line carries 8,000 samples a second of either.
Fix: Nothing, if it is meant. Else give the premium voice to the greeting, and another one to the rest.

Bad:
    voicekit.yaml:
        name: example
        packs:
          phone:  ←
            prompts: prompts.yaml
            profiles: [en]
            values: {words: "ten more words that everybody would like to hear said slowly"}
    profile:
        voice: en-US-Studio-O
    prompts:
        - {id: "page-{n}", text: "Page {{ n }}: {% for a in [1,2,3,4,5,6,7,8,9,10] %}{% for b in [1,2] %}Here are {{ words }}. {% endfor %}{% endfor %}", each: {n: 1..10}}
Good:
    pack:
        values: {words: "ten more words that everybody would like to hear said slowly"}
    profile:
        voice: en-US-Studio-O
    prompts:
        - {id: "page-{n}", text: "Page {{ n }}. Here are {{ words }}.", each: {n: 1..10}}
"""

from collections import defaultdict
from collections.abc import Iterator

from voicekit.checks import Check, PackUse, Row
from voicekit.checks._vendors import billed, bought
from voicekit.model import Capabilities, Family, Finding

_PREMIUM = 100.0  # USD for a million characters
_MANY = 10_000  # characters


def _look(use: PackUse) -> Iterator[Finding]:
    premium: dict[tuple[str, str], list[Row]] = defaultdict(list)
    for row in bought(use):
        if row.family is not None and row.family.price >= _PREMIUM:
            premium[row.provider, row.family.name].append(row)
    for rows in premium.values():
        characters, family = sum(map(billed, rows)), rows[0].family
        if characters > _MANY and family is not None:
            yield _finding(use, family, rows[0].capabilities, characters)


def _finding(use: PackUse, family: Family, capabilities: Capabilities, characters: int) -> Finding:
    cheaper = (one for one in capabilities.families.values() if 0 < one.price < family.price)
    others = [one for one in cheaper if one.ssml.support == "yes"]
    paid = characters * family.price / 1e6
    message = (
        f"{characters:,} characters of pack {use.pack.name} are for {family.voices}, about {paid:.2f} USD"
    )
    if not others:
        return Finding(
            "VK703", "info", use.pack.place, message, "choose a voice of another family where it is not heard"
        )
    other = max(others, key=lambda one: one.price)
    less = f"{other.voices} would cost about {characters * other.price / 1e6:.2f} USD"
    return Finding(
        "VK703", "info", use.pack.place, f"{message}; {less}", "choose another family where it is not heard"
    )


CHECK = Check("VK703", "premium voice", pack=_look)
