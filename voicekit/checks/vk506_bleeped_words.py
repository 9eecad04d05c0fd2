"""VK506: words that were to be bleeped were left out.

What: The voice cannot bleep, so that the words inside `<say-as interpret-as="expletive">` or `bleep` are not sent.
Why: Said aloud, they would be heard.
Fix: Take the words out of the text.
"""

from voicekit.checks import Check

CHECK = Check("VK506", "bleeped words left out")
