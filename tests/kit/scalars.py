"""What YAML 1.2, section 10.3.2, makes of plain scalars in its core schema: what is written → the value."""

import math
from typing import Any

SCALARS: list[tuple[str, Any]] = [
    ("", None), ("~", None), ("null", None), ("Null", None), ("NULL", None), ("nULL", "nULL"), ("none", "none"),
    ("true", True), ("True", True), ("TRUE", True), ("false", False), ("False", False), ("FALSE", False), ("tRUE", "tRUE"),
    ("yes", "yes"), ("Yes", "Yes"), ("no", "no"), ("NO", "NO"), ("on", "on"), ("off", "off"), ("y", "y"), ("n", "n"),
    ("0", 0), ("-0", 0), ("+0", 0), ("12", 12), ("+12", 12), ("-12", -12), ("007", 7), ("08", 8), ("1_000", "1_000"),
    ("0o17", 15), ("0o18", "0o18"), ("0O17", "0O17"), ("017", 17), ("0x1F", 31), ("0xg", "0xg"), ("-0x1F", "-0x1F"), ("0b11", "0b11"),
    ("1.", 1.0), ("1.5", 1.5), (".5", 0.5), ("-.5", -0.5), ("+1.5", 1.5), ("1e3", 1000.0), ("1E+3", 1000.0), ("1.5e-3", 0.0015),
    ("1e", "1e"), ("e3", "e3"), (".", "."), ("-", "-"), ("+", "+"), ("..", ".."), ("1.2.3", "1.2.3"), ("1,5", "1,5"),
    (".inf", math.inf), ("-.INF", -math.inf), ("+.Inf", math.inf), (".iNF", ".iNF"), ("inf", "inf"), ("nan", "nan"), ("-.nan", "-.nan"),
    ("2026-12-24", "2026-12-24"), ("12:30", "12:30"), ("12:30:45", "12:30:45"), ("190:20:30", "190:20:30"), ("0..9", "0..9"),
    ("١٢", "١٢"), ("1 2", "1 2"), ("=", "="), ("<<", "<<"), ("€", "€"),
]  # fmt: skip
