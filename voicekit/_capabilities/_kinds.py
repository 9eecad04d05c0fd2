"""Kinds of ``say-as`` that mean the same, whatever a vendor calls them, the commonest name first. Imports nothing of ours."""

from typing import Final

SPELLED: Final = ("characters", "spell-out", "verbatim", "spell", "letters", "character")
DIGITS: Final = ("digits", "number_digit")
BLEEPED: Final = ("expletive", "bleep")
SAME: Final = (SPELLED, ("cardinal", "number"), BLEEPED)
# What a text with spaces says as well.
ONE_BY_ONE: Final = frozenset({*SPELLED, *DIGITS})
