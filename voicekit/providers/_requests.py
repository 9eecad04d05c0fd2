"""What the wires share in reading requests: a JSON object, field by field, each complaint in the vendor's words. Imports _wire and model."""

import math
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Self

from attrs import evolve, frozen

from voicekit import _wire
from voicekit.model import Call, Option, Options, Scalar
from voicekit.providers import Refusal

REMEDY = "correct the request"

# Writes what is wrong with a field: the kind of fault, the field's name, and the fault in a sentence.
Words = Callable[[str, str, str], str]


def plain_words(kind: str, field: str, fault: str) -> str:
    """Write a complaint where nobody knows how the vendor words it."""
    del kind
    return f"{field}: {fault}"


@frozen
class Body:
    """The JSON object of a request, or one inside it. A field that is null counts as one that is not there.

    Every method refuses with status 400 where a field is not what it is asked to be.

    Attributes:
        fields: What it holds.
        words: How the vendor words what is wrong with a field.
        within: Where it stands: nothing, or the names that lead to it, each with a point behind it.
    """

    fields: Mapping[str, Any]
    words: Words = plain_words
    within: str = ""

    @classmethod
    def of(cls, call: Call, no_json: str, words: Words = plain_words) -> Self:
        """Read a request's body.

        Args:
            call: The request.
            no_json: What the vendor says to a body that is no JSON, or no object.
            words: How it words what is wrong with a field.

        Raises:
            Refusal: It is no object.
        """
        try:
            fields = _wire.parse(call.body)
        except ValueError:
            fields = None
        if not isinstance(fields, dict):
            raise Refusal.of(no_json, remedy=REMEDY)
        return cls(fields, words)

    def wrong(self, kind: str, field: str, fault: str) -> Refusal:
        """Return the refusal of a field."""
        return Refusal.of(self.words(kind, self.within + field, fault), remedy=REMEDY)

    def inner(self, field: str) -> Self:
        """Return an object inside this one; an empty one where it is missing."""
        found = self.fields.get(field)
        if found is not None and not isinstance(found, dict):
            raise self.wrong("dict_type", field, "Input should be a valid dictionary")
        return evolve(self, fields=found or {}, within=f"{self.within}{field}.")

    def text(self, field: str, *, most: int | None = None) -> str:
        """Return a text that must be there and not be empty; `most` is in characters."""
        found = self.optional_text(field, most=most)
        if found is None:
            raise self.wrong("missing", field, "Field required")
        if not found:
            raise self.wrong("string_too_short", field, "String should have at least 1 character")
        return found

    def optional_text(self, field: str, *, most: int | None = None) -> str | None:
        """Return a text that may be missing; `most` is in characters."""
        found = self.fields.get(field)
        if found is not None and not isinstance(found, str):
            raise self.wrong("string_type", field, "Input should be a valid string")
        if found is not None and most is not None and len(found) > most:
            raise self.wrong("string_too_long", field, f"String should have at most {most} characters")
        return found

    def word(self, field: str, words: Iterable[str], default: str) -> str:
        """Return one of some words."""
        found = self.fields.get(field, default)
        found = default if found is None else found
        words = tuple(words)
        if not isinstance(found, str) or found not in words:
            raise self.wrong("enum", field, f"Input should be {one_of(words)}")
        return found

    def number(self, field: str, low: float, high: float) -> float | None:
        """Return a number between two ends, or None where there is none."""
        found = self.fields.get(field)
        if found is None:
            return None
        if isinstance(found, bool) or not isinstance(found, int | float) or not math.isfinite(found):
            raise self.wrong("float_type", field, "Input should be a valid number")
        if found > high:
            raise self.wrong("less_than_equal", field, f"Input should be less than or equal to {high:g}")
        if found < low:
            raise self.wrong("greater_than_equal", field, f"Input should be greater than or equal to {low:g}")
        return float(found)

    def choice(self, field: str, numbers: Iterable[int], default: int) -> int:
        """Return one of some whole numbers."""
        found = self.fields.get(field)
        found = default if found is None else found
        numbers = tuple(numbers)
        if isinstance(found, bool) or not isinstance(found, int) or found not in numbers:
            raise self.wrong("enum", field, f"Input should be {' or '.join(map(str, numbers))}")
        return found

    def switch(self, field: str) -> bool:
        """Return whether something is on."""
        found = self.fields.get(field)
        if found is not None and not isinstance(found, bool):
            raise self.wrong("bool_type", field, "Input should be a valid boolean")
        return bool(found)


def one_of(words: Iterable[str]) -> str:
    """Write words as a choice: ``'a', 'b' or 'c'``."""
    *others, last = (f"'{word}'" for word in words)
    return f"{', '.join(others)} or {last}" if others else last


def stated(found: Mapping[str, Scalar | None], options: Mapping[str, Option]) -> Options:
    """Return provider-only settings as a profile states them: without those that are missing or at their default."""
    kept = ((name, value) for name, value in found.items() if value is not None)
    return tuple(sorted((name, value) for name, value in kept if value != options[name].default))
