"""`voicekit rule`: what a code means, why it matters and how to mend it."""

from collections.abc import Iterator
from textwrap import wrap

import click
from attrs import asdict

from voicekit.checks import Rule
from voicekit.cli import _options, _output

_WIDE = 96


@click.command(
    short_help="Explain a check: what it looks for, why, and the remedy.",
    epilog="""\b
Examples:
  voicekit rule
  voicekit rule VK304""",
)
@click.argument("code", required=False)
@_options.flags("format")
def command(code: str | None, format_: str) -> None:
    """Explain the check CODE, or list all checks.

    A `←` in an example marks the line that is found fault with.
    """
    from voicekit import checks

    found = (checks.rule(code),) if code else checks.rules()
    if format_ == "json":
        _output.json({"schema": "voicekit.rules/1", "rules": [asdict(rule) for rule in found]})
    elif code:
        for line in _page(found[0]):
            _output.line(line)
    else:
        _output.table([(rule.code, rule.name, rule.title) for rule in found], head=("CODE", "NAME", "WHAT"))


def _page(rule: Rule) -> Iterator[str]:
    yield click.style(f"{rule.code}: {rule.title}", bold=True)
    for word, text in (("What", rule.what), ("Why", rule.why), ("Fix", rule.fix)):
        if text:
            yield ""
            yield from wrap(f"{word}: {text}", _WIDE, subsequent_indent="     ", break_on_hyphens=False)
    for word, examples, colour in (("Bad", rule.bad, "red"), ("Good", rule.good, "green")):
        for example in examples:
            yield ""
            yield click.style(f"{word}:", fg=colour)
            yield from (f"    {line}".rstrip() for line in example.splitlines())
