"""VK504: a pause that was changed or left out.

What: A `<break>` became punctuation, a pause tag, a shorter pause, or nothing, because the voice takes no such pause.
Why: A caller hears another rhythm than the one that was written; a menu without pauses is hard to follow.
Fix: Shorten it, say it with punctuation or sentences, or choose a voice that takes it. Where VK304 says why, it is
     told instead.
"""

from voicekit.checks import Check

CHECK = Check("VK504", "pause changed or left out")
