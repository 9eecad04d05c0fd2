"""voicekit: prompts as code. The few public names, loaded on first use, and nothing else."""

from importlib import import_module
from typing import Any

__version__ = "0.1.0"

_HOMES = {
    "Profile": "voicekit.model",
    "Plan": "voicekit.model",
    "Prompt": "voicekit.model",
    "RequestPlan": "voicekit.model",
    "VoicekitError": "voicekit.errors",
    "build": "voicekit._pipeline",
    "check": "voicekit._pipeline",
    "load": "voicekit._pipeline",
    "plan": "voicekit._pipeline",
}

__all__ = [
    "Plan",
    "Profile",
    "Prompt",
    "RequestPlan",
    "VoicekitError",
    "__version__",
    "build",
    "check",
    "load",
    "plan",
]


def __getattr__(name: str) -> Any:
    """Import a public name from its home the first time that it is asked for."""
    if name in _HOMES:
        return getattr(import_module(_HOMES[name]), name)
    raise AttributeError(f"module 'voicekit' has no attribute {name!r}")


def __dir__() -> list[str]:
    return __all__
