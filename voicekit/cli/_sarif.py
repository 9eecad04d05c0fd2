"""Findings as SARIF 2.1.0, which code scanning services read."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any
from urllib.parse import quote

from voicekit import _wire, checks
from voicekit.checks import Rule
from voicekit.model import Finding, Severity

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
_LEVELS: dict[Severity, str] = {"error": "error", "warning": "warning", "info": "note"}


def log(findings: Sequence[Finding]) -> dict[str, Any]:
    """Return findings as a SARIF log of one run, with the pages of the rules that they are of."""
    from voicekit import __version__

    pages = {page.code: page for page in checks.rules()}
    codes = list(dict.fromkeys(finding.code for finding in findings))
    driver = {
        "name": "voicekit",
        "version": __version__,
        "semanticVersion": __version__,
        "rules": [_rule(code, pages.get(code)) for code in codes],
    }
    run = {
        "tool": {"driver": driver},
        "columnKind": "unicodeCodePoints",
        "results": [_result(finding, codes.index(finding.code)) for finding in findings],
    }
    return {"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}


def _rule(code: str, page: Rule | None) -> dict[str, Any]:
    if page is None:
        return {"id": code}
    return {
        "id": code,
        "name": page.name.title().replace(" ", ""),
        "shortDescription": {"text": page.title},
        "fullDescription": {"text": page.what},
        "help": {
            "text": f"{page.what}\n\n{page.why}\n\n{page.fix}",
            "markdown": f"{page.what}\n\n**Why.** {page.why}\n\n**Fix.** {page.fix}",
        },
    }


def _result(finding: Finding, rule: int) -> dict[str, Any]:
    same = f"{finding.code}\n{finding.place.path}\n{finding.message}"
    return {
        "ruleId": finding.code,
        "ruleIndex": rule,
        "level": _LEVELS[finding.severity],
        "message": {"text": f"{finding.message}\n→ {finding.remedy}" if finding.remedy else finding.message},
        "locations": [_location(finding)],
        # The same wherever the lines move to.
        "partialFingerprints": {"voicekit/1": _wire.digest(same.encode())},
    }


def _location(finding: Finding) -> dict[str, Any]:
    place = finding.place
    if place.path.startswith("--"):
        return {"logicalLocations": [{"fullyQualifiedName": place.path}]}
    physical: dict[str, Any] = {"artifactLocation": {"uri": _uri(place.path)}}
    if place.line is not None:
        column = {"startColumn": place.column} if place.column is not None else {}
        physical["region"] = {"startLine": place.line, **column}
    return {"physicalLocation": physical}


def _uri(path: str) -> str:
    return Path(path).as_uri() if Path(path).is_absolute() else quote(Path(path).as_posix())
