"""What the checks of one setting against a voice family share."""

from collections.abc import Iterator

from voicekit.checks import Row
from voicekit.model import Fact, Finding, Severity


def refused_setting(
    code: str, row: Row, setting: str, fact: Fact, value: float | None, neutral: float
) -> Iterator[Finding]:
    """Yield a finding where a family refuses a setting: an error where that is known (P, M) and the value does something."""
    if value is None or fact.support != "no" or row.family is None:
        return
    sure = fact.refuses and value != neutral
    severity: Severity = "error" if sure else "warning"
    how = "refuses" if fact.refuses else "is reported to refuse"
    what = f"a neutral {setting}" if value == neutral else f"`{setting}`"
    message = f"{row.family.name} voices: the vendor {how} {what} (profile {row.profile.name}, evidence {fact.grade})"
    yield Finding(
        code, severity, row.place_of(setting), message, f"leave `{setting}` out for {row.ask.voice}"
    )
