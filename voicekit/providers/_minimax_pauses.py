"""Pauses in MiniMax's texts, as ``<#1.5#>``, and what a text is billed for. Imports _tags, _capabilities, ssml and model.

Source: copies of MiniMax's T2A reference (M, 2025-11): 0.01 to 99.99 seconds with at most two decimals, between two pieces that can be said, and never two in
a row. So pauses side by side become one, and one at an end is left out. The reference's own examples bill an ideograph as two characters and
everything else as one (M); pauses are counted as they are written.
"""

import re
from typing import Final

from voicekit import _capabilities, ssml
from voicekit._capabilities import minimax
from voicekit.model import Element
from voicekit.providers._tags import Pieces, Tags

_IDEOGRAPH = re.compile("[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U000323af]")


def billed(text: str) -> int:
    """Count the characters that MiniMax bills a text for."""
    return len(text) + len(_IDEOGRAPH.findall(text))


def _seconds(node: Element) -> float:
    return (_capabilities.seconds(node.get("time")) or 0.0) if node.name == "break" else 0.0


def _pause(seconds: float) -> Element:
    low, high = minimax.PAUSE
    written = f"{min(high, max(low, seconds)):.2f}".rstrip("0").rstrip(".")
    return Element("break", (("time", f"{written}s"),))


def _settled(pieces: Pieces) -> Pieces:
    """Bring pauses between the words: one for several, and none at the ends. Of other elements the words are kept."""
    found: list[Element | str] = []
    rest = 0.0
    for piece in pieces:
        rest += 0.0 if isinstance(piece, str) else _seconds(piece)
        text = piece if isinstance(piece, str) else ssml.plain_text(piece)
        if text.strip():
            found += [_pause(rest), text] if rest and found else [text]
            rest = 0.0
        elif found and not rest:
            found.append(text)
    return tuple(found)


def _read(tag: str) -> Element | None:
    seconds = float(tag[2:-2])
    return _pause(seconds) if seconds >= minimax.PAUSE[0] else None


def _written(node: Element) -> str:
    return f"<#{node.get('time').removesuffix('s')}#>"


TAGS: Final = Tags(re.compile(r"<#\d{1,2}(?:\.\d{1,2})?#>", re.ASCII), _read, _written, _settled)
