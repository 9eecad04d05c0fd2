"""What each vendor's voice families take of SSML and of settings: dated, graded data. Imports model only.

One file a vendor, found by listing this folder; a member is a module that defines ``VENDOR``. A fact carries the grade of its
source, and only P and M are known well enough to refuse a request; what follows from it is for the adapt stage and the
checks to say. Prices are list prices for people to compare; the bill is the vendor's.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from importlib import import_module
from pkgutil import iter_modules

from attrs import evolve, field, frozen

from voicekit._capabilities._kinds import BLEEPED, DIGITS, ONE_BY_ONE, SAME, SPELLED
from voicekit._capabilities._values import decibels, factor, fitting, seconds, taken
from voicekit.model import AttributeFact, ElementFact, Fact, Family, Limit

__all__ = [
    "BLEEPED",
    "DIGITS",
    "ONE_BY_ONE",
    "SAME",
    "SPELLED",
    "Vendor",
    "decibels",
    "factor",
    "find",
    "fitting",
    "seconds",
    "table",
    "taken",
]


@frozen
class Vendor:
    """One vendor: its dialect of SSML, and its families by name."""

    name: str
    title: str
    dialect: str
    _families: Mapping[str, Family]
    families: Mapping[str, Family] = field(init=False)

    @families.default
    def _of_its_own(self) -> Mapping[str, Family]:
        return {name: evolve(family, vendor=self.title) for name, family in self._families.items()}


@cache
def find() -> Mapping[str, Vendor]:
    """List this folder's members by name."""
    names = (info.name for info in iter_modules(__path__) if not info.name.startswith("_"))
    members = (import_module(f"{__name__}.{name}").VENDOR for name in sorted(names))
    return {member.name: member for member in members}


def table() -> str:
    """Write all of it as Markdown: the families of each vendor, and what each makes of every element."""
    return "\n".join(line for vendor in find().values() for line in _vendor(vendor))


_HEAD = (
    "family",
    "SSML",
    "pitch",
    "rate",
    "marks",
    "pause tags",
    "sounds beside it",
    "encodings",
    "most in one request",
    "most sound of it",
    "USD",
)


def _vendor(vendor: Vendor) -> Iterator[str]:
    families = list(vendor.families.values())
    yield from (f"## {vendor.title}", "")
    yield from _rows(_HEAD, (_family(family) for family in families))
    yield ""
    names = sorted({name for family in families for name in family.elements})
    speaking = [family for family in families if family.elements]
    if speaking:
        rows = [
            (f"`<{name}>`", *(_element(family.elements.get(name)) for family in speaking)) for name in names
        ]
        others = ("any other", *(_fact(family.unlisted) for family in speaking))
        yield from _rows(("element", *(family.name for family in speaking)), [*rows, others])
        yield ""
        yield from _rows(("element", "attribute", "values", "families"), _attributes(speaking, names))
        yield ""


def _rows(head: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    for cells in (head, ["---"] * len(head), *rows):
        yield f"| {' | '.join(cells)} |"


def _family(family: Family) -> tuple[str, ...]:
    names, grade = family.encodings or (frozenset(), "")
    facts = (family.ssml, family.pitch, family.rate, family.marks, family.markup, family.pronunciations)
    return (
        family.name,
        *map(_fact, facts),
        f"{' '.join(f'`{name}`' for name in sorted(names))} ({grade})" if names else "all of the wire's",
        _limit(family.limit),
        _limit(family.longest),
        f"{family.price:g}{_evidence(family.priced)}" if family.priced.support == "yes" else "–",
    )


def _fact(fact: Fact) -> str:
    return f"{fact.support}{_evidence(fact)}"


def _evidence(fact: Fact) -> str:
    return f" ({' '.join(part for part in (fact.grade, fact.date) if part)})"


def _limit(limit: Limit | None) -> str:
    return f"{limit.number:,} {limit.unit}{_evidence(limit.fact)}" if limit else "–"


def _element(known: ElementFact | None) -> str:
    if known is None:
        return ""
    return _fact(known.fact) + (", some voices" if known.voices else "")


def _attributes(families: Sequence[Family], names: Iterable[str]) -> Iterator[tuple[str, ...]]:
    """List what the attributes of each element take, families that agree in one row."""
    for name in names:
        rows: dict[tuple[str, str], list[str]] = {}
        for family in families:
            known = family.elements.get(name)
            if known is None or known.fact.support not in {"yes", "unknown"}:
                continue
            for attribute, fact in known.attributes.items():
                rows.setdefault((attribute, _values(fact)), []).append(family.name)
        for (attribute, said), takers in rows.items():
            yield (
                f"`<{name}>`",
                f"`{attribute}`",
                said,
                "all" if len(takers) == len(families) else ", ".join(takers),
            )


def _values(known: AttributeFact) -> str:
    if known.kinds:
        return "; ".join(f"{_values(one)}, with `{kind}`" for kind, one in known.kinds.items())
    words = " ".join([*(f"`{word}`" for word in sorted(known.words)), known.form]).strip()
    ends = " to ".join("…" if end is None else f"{end:g}" for end in known.bounds)
    kinds = " ".join(f"`{word}`" for others in known.beside.values() for word in sorted(others))
    parts = (
        words or "any",
        f"{ends} ({known.unit})" if known.unit else "",
        f"with {kinds}" if kinds else "",
        "required" if known.required else "",
    )
    return ", ".join(part for part in parts if part)
