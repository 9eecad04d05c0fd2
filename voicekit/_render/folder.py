"""The templates of one folder, read for Jinja; and Jinja's reader, which does not read without end.

Front matter becomes a comment, so that every line keeps its number. Imports _files, errors, _limits and jinja2.
"""

import re
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from jinja2 import BaseLoader, Environment, TemplateNotFound
from jinja2.lexer import Token, TokenStream

from voicekit import _files
from voicekit import _limits as limits
from voicekit.errors import ConfigError, Place, RenderError

_DIGITS = re.compile(rf"[0-9_]{{{limits.TEMPLATE_DIGITS + 1}}}")


class Bounded(Environment):
    """Reads templates of a size that can be compiled in the time and the memory of a render."""

    def _tokenize(
        self, source: str, name: str | None, filename: str | None = None, state: str | None = None
    ) -> TokenStream:
        digits = _DIGITS.search(source)  # Jinja's own pattern of numbers takes 300 bytes for each
        if digits:
            place = Place(filename or name or "", source.count("\n", 0, digits.start()) + 1)
            message = f"more than {limits.TEMPLATE_DIGITS} digits in a row"
            raise RenderError.of(message, place=place, remedy="write a plain number")
        stream = super()._tokenize(source, name, filename, state)
        return TokenStream(_counted(stream, filename or name or ""), name, filename)


def _counted(tokens: TokenStream, path: str) -> Iterator[Token]:
    for count, token in enumerate(tokens):
        if count >= limits.TEMPLATE_TOKENS:
            message = f"the template has more than {limits.TEMPLATE_TOKENS:,} words and signs"
            raise RenderError.of(message, place=Place(path, token.lineno), remedy="divide it")
        yield token


class Folder(BaseLoader):
    """Reads templates below one folder and nothing else.

    Args:
        root: The folder.
        shown: What errors call it.
    """

    def __init__(self, root: Path, shown: str) -> None:
        self._root, self._shown = root, shown

    def get_source(self, _: Environment, template: str) -> tuple[str, str, None]:
        """Return a template's source and the name under which errors show it."""
        path = PurePosixPath(template)
        if path.is_absolute() or ".." in path.parts or "\\" in template or "\0" in template:
            raise TemplateNotFound(template)
        try:
            real = (self._root / path).resolve()
            if not real.is_relative_to(self._root.resolve()) or not real.is_file():
                raise TemplateNotFound(template)
        except OSError:  # a name that the disk cannot even hold
            raise TemplateNotFound(template) from None
        shown = f"{self._shown}/{template}"
        try:
            source = _files.read_text(real, limits.FILE_BYTES, name=shown)
        except ConfigError as error:
            raise RenderError(error.problems) from None
        return without_front_matter(source), shown, None


def without_front_matter(source: str) -> str:
    """Replace front matter by a comment of as many lines."""
    lines = source.split("\n")
    if lines[0].rstrip(" \t") != "---":
        return source
    end = next((number for number, line in enumerate(lines[1:], 1) if line.rstrip(" \t") == "---"), None)
    if end is None:
        return source
    return "{#" + "\n" * (end + 1) + "#}" + "\n".join(lines[end + 1 :])
