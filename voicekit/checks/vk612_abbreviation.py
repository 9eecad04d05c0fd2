"""VK612: an abbreviation that voices misread.

What: One of the abbreviations that our own voice was heard to misread stands in plain words, and no lexicon says it: in English "approx.", "vs.", "ext.",
    "Mon-Fri" and such, in German "ca.", "bzw.", "z. B." and such. Those that it reads well ("etc.", "Dr.") are left alone.
Why: The embedded voice says "mon fry" for "Mon-Fri", "v s" for "vs." and "b z v" for "bzw." (measured, espeak-ng 1.52, each entry of the rule). Vendors'
    voices know some, and which ones differs between voices and changes without notice.
Fix: Write the words, or put the abbreviation into a lexicon as an alias.

Bad:
    prompts:
        - {id: hours, text: "We are open Mon-Fri."}  ←
        - {id: wait, text: "You will wait approx. five minutes."}  ←
Bad:
    profile:
        language: de-DE
        voice: de-DE-Neural2-C
    prompts:
        - {id: wait, text: "Sie warten ca. fünf Minuten, z. B. im Park."}  ← two of them
Good:
    prompts:
        - {id: hours, text: "We are open Monday to Friday, etc."}
        - {id: max, text: "Ask for Min. Or for Dr. Max."}
        - {id: sub, ssml: "<speak>Wait <sub alias='about'>approx.</sub> five minutes.</speak>"}
"""

import re
from collections.abc import Iterator

from voicekit.checks import Check, Row, Run
from voicekit.checks._words import language_of, reaches_voice, shown, texts, told
from voicekit.model import Finding

_SHORT = {
    "en": r"[Aa]pprox\.|vs\.?|[Ii]ncl\.|[Ee]xcl\.|[Aa]ppt\.|[Ee]xt\.|hrs?\.|mins?\.|[Tt]el\.|a\.k\.a\.|w/",
    "es": r"[Ee]xt\.|[Nn]úm\.|[Pp]ág\.|[Nn]º",
    "fr": r"env\.|p\. ?ex\.|[Tt]él\.|[Nn]°|c\.-à-d\.",
    "de": r"z\. ?B\.|d\. ?h\.|u\. ?a\.|ca\.|bzw\.|Tel\.|Nr\.|inkl\.|exkl\.|zzgl\.|usw\.|ggf\.|evtl\.|mind\.|Abt\.|Std\.|Str\.",
}
_DAYS = {
    "en": "Mon Tues? Wed Thurs? Fri Sat Sun",
    "es": "[Ll]un [Mm]ar [Mm]ié [Jj]ue [Vv]ie [Ss]áb [Dd]om",
    "fr": "[Ll]un [Mm]ar [Mm]er [Jj]eu [Vv]en [Ss]am [Dd]im",
    "de": "Mo Di Mi Do Fr Sa So",
}


def _pattern(language: str) -> re.Pattern[str]:
    day = rf"(?:{'|'.join(_DAYS[language].split())})\.?"
    return re.compile(rf"(?<![\w.-])(?:{day} ?[-–—] ?{day}(?!\w)|(?:{_SHORT[language]})(?!\w))")


_PATTERNS = {language: _pattern(language) for language in _SHORT}
# A word of each of them: a text with none of these has no abbreviation.
_SIGNS = (
    "approx vs incl excl appt ext hr hrs min mins tel k w núm pág nº env ex tél n c z h u ca bzw nr inkl exkl zzgl usw ggf evtl "
    "mind abt std str mon tue tues wed thu thurs fri sat sun lun mar mié mer jue jeu vie ven sáb sam dom dim mo di mi do fr sa so"
)
_ANY = frozenset(_SIGNS.split())


def _look(row: Row) -> Iterator[Finding]:
    for run in texts(row):
        yield from _short(run)


def _short(run: Run) -> Iterator[Finding]:
    pattern = _PATTERNS.get(language_of(run))
    for found in told(pattern, run.text) if pattern is not None else ():
        if reaches_voice(run.row, found.group()):
            message = f'the abbreviation "{shown(found.group())}" is misread by some voices'
            remedy = "write the words, or give a lexicon an alias for it"
            yield Finding("VK612", "info", run.place_at(found.start()), message, remedy)


CHECK = Check("VK612", "abbreviation", row=_look, words=_ANY)
