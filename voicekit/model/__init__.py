"""The nouns of voicekit as frozen values, and nothing that acts. Imports errors only.

One file for each group of nouns; everything is imported from here.
"""

from voicekit.model.basics import NO_VALUES, Action, Grade, Options, Plain, Scalar, Severity, Support
from voicekit.model.plan import Artefact, Locked, Origin, Outcome, Plan, Pruned, RequestPlan, Shape
from voicekit.model.project import (
    Budget,
    Endpoint,
    Ignored,
    Input,
    Lexeme,
    Lexicon,
    Pack,
    Profile,
    Project,
    Prompt,
    Pronunciation,
    Script,
    Settings,
    StoreConfig,
)
from voicekit.model.speech import Element, Finding, Fix, Speech
from voicekit.model.voices import AttributeFact, Capabilities, ElementFact, Fact, Family, Limit, Option, words
from voicekit.model.wire import Ask, Call, CustomPronunciation, Link, Mark, Reply, Sound, Task

__all__ = [
    "NO_VALUES",
    "Action",
    "Artefact",
    "Ask",
    "AttributeFact",
    "Budget",
    "Call",
    "Capabilities",
    "CustomPronunciation",
    "Element",
    "ElementFact",
    "Endpoint",
    "Fact",
    "Family",
    "Finding",
    "Fix",
    "Grade",
    "Ignored",
    "Input",
    "Lexeme",
    "Lexicon",
    "Limit",
    "Link",
    "Locked",
    "Mark",
    "Option",
    "Options",
    "Origin",
    "Outcome",
    "Pack",
    "Plain",
    "Plan",
    "Profile",
    "Project",
    "Prompt",
    "Pronunciation",
    "Pruned",
    "Reply",
    "RequestPlan",
    "Scalar",
    "Script",
    "Settings",
    "Severity",
    "Shape",
    "Sound",
    "Speech",
    "StoreConfig",
    "Support",
    "Task",
    "words",
]
