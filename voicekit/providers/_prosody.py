"""Pitch, rate and gain for vendors that take them in SSML only: one ``<prosody>`` around all that is said. Imports model.

It is put on and taken off without loss: ``off(on(children, settings)) == (children, settings)``. Its values are written with
all their decimals, which hardly any document does; what looks so all the same gets a neutral one around it, which is then the
one that comes off.
"""

import math
import re
from collections.abc import Callable, Iterator, Mapping

from attrs import evolve, frozen

from voicekit.model import Element

Children = tuple[Element | str, ...]
Settings = Mapping[str, float]
_NAME = "prosody"


@frozen
class Unit:
    """How a vendor writes one setting.

    Attributes:
        attribute: The attribute of ``<prosody>``.
        form: A regular expression of the values that `write` makes, with the number as its group.
        write: A setting in voicekit's unit → the value.
        read: The number in a value → the setting.
        bounds: The least and the most in voicekit's unit; what is beyond stays in the document.
    """

    attribute: str
    form: re.Pattern[str]
    write: Callable[[float], str]
    read: Callable[[float], float]
    bounds: tuple[float, float]

    def setting(self, value: str) -> float | None:
        """Return the setting that a value was written for, or None where none was."""
        match = self.form.fullmatch(value)
        if match is None:
            return None
        low, high = self.bounds
        found = min(high, max(low, self.read(float(match[1]))))
        return found if self.write(found) == value else None


def decimals(value: float, count: int, *, sign: bool = False) -> str:
    """Write a number with so many decimals, and never as a negative nought."""
    written = f"{value + 0.0:{'+' if sign else ''}.{count}f}"
    return written.replace("-", "+" if sign else "") if float(written) == 0 else written


def plain(attribute: str, bounds: tuple[float, float], suffix: str = "", *, sign: bool = True) -> Unit:
    """Return a unit that is voicekit's own, such as ``+1.500st``."""
    number = r"[+-]\d+\.\d{3}" if sign else r"\d+\.\d{3}"
    return Unit(
        attribute,
        re.compile(f"({number}){suffix}", re.ASCII),
        lambda value: decimals(value, 3, sign=sign) + suffix,
        float,
        bounds,
    )


def percent(attribute: str, bounds: tuple[float, float]) -> Unit:
    """Return a unit for a factor as a percentage of the whole, such as ``96.00%``."""
    return Unit(
        attribute,
        re.compile(r"(\d+\.\d{2})%", re.ASCII),
        lambda value: f"{decimals(value * 100, 2)}%",
        lambda number: number / 100,
        bounds,
    )


def percent_of_pitch(attribute: str, bounds: tuple[float, float]) -> Unit:
    """Return a unit for semitones as a change in percent, such as ``+12.25%``: SSML's relative change, 12 semitones double."""
    return Unit(
        attribute,
        re.compile(r"([+-]\d+\.\d{2})%", re.ASCII),
        lambda value: f"{decimals((2 ** (value / 12) - 1) * 100, 2, sign=True)}%",
        lambda number: 12 * math.log2(max(1e-9, 1 + number / 100)),
        bounds,
    )


@frozen
class Wrapper:
    """One vendor's ``<prosody>`` around everything.

    Attributes:
        units: How each setting that there is a field for is written.
        inside: The elements that may stand in it; None for all.
        through: Elements that may not stand in it, but around it.
        neutral: What goes around a document that would be taken for a wrapped one.
    """

    units: Mapping[str, Unit]
    inside: frozenset[str] | None
    through: frozenset[str]
    neutral: tuple[str, float]

    def on(self, children: Children, settings: Settings) -> Children:
        """Put it around everything that is said; around nothing without settings, unless that could not be told."""
        if not settings and self.off(children)[1]:
            settings = dict([self.neutral])
        return self._wrap(children, self._written(settings)) if settings else children

    def off(self, children: Children) -> tuple[Children, Settings]:
        """Take it off. Returns what was inside, and no settings where there is none around everything."""
        attributes = self._attributes_of(children)
        if attributes is None:
            return children, {}
        bare = _joined(self._unwrap(children, attributes))
        if self._wrap(bare, attributes) != children:
            return children, {}
        return bare, self._settings(attributes) or {}

    def _written(self, settings: Settings) -> tuple[tuple[str, str], ...]:
        written = ((self.units[name].attribute, self.units[name].write(settings[name])) for name in settings)
        return tuple(sorted(written))

    def _settings(self, attributes: tuple[tuple[str, str], ...]) -> Settings | None:
        """Return the settings that attributes were written for; None where they were not."""
        named = {unit.attribute: (name, unit) for name, unit in self.units.items()}
        found: dict[str, float] = {}
        for attribute, value in attributes:
            name, unit = named.get(attribute, ("", None))
            setting = unit.setting(value) if unit else None
            if setting is None:
                return None
            found[name] = setting
        return found or None

    def _attributes_of(self, children: Children) -> tuple[tuple[str, str], ...] | None:
        """Return the attributes of the first one that may be ours, where ours would stand."""
        for child in children:
            if not isinstance(child, Element):
                continue
            if child.name == _NAME:
                return child.attributes if self._settings(child.attributes) else None
            found = self._attributes_of(child.children) if child.name in self.through else None
            if found is not None:
                return found
        return None

    def _wrap(self, children: Children, attributes: tuple[tuple[str, str], ...]) -> Children:
        found: list[Element | str] = []
        run: list[Element | str] = []

        def close() -> None:
            said = any(not isinstance(one, str) or one.strip() for one in run)
            found.extend([Element(_NAME, attributes, tuple(run))] if said else run)
            run.clear()

        for child in children:
            if isinstance(child, str) or self.inside is None or child.name in self.inside:
                run.append(child)
                continue
            close()
            through = child.name in self.through
            found.append(evolve(child, children=self._wrap(child.children, attributes)) if through else child)
        close()
        return tuple(found)

    def _unwrap(self, children: Children, attributes: tuple[tuple[str, str], ...]) -> Iterator[Element | str]:
        for child in children:
            if isinstance(child, str):
                yield child
            elif child.name == _NAME and child.attributes == attributes:
                yield from child.children
            elif child.name in self.through:
                yield evolve(child, children=_joined(self._unwrap(child.children, attributes)))
            else:
                yield child


def _joined(pieces: Iterator[Element | str]) -> Children:
    """Join texts that have come to stand side by side, as a parser would read them."""
    joined: list[Element | str] = []
    for piece in pieces:
        if isinstance(piece, str) and joined and isinstance(joined[-1], str):
            joined[-1] += piece
        else:
            joined.append(piece)
    return tuple(joined)
