"""VK404: an ignore that ignores nothing.

What: An ignore comment, or an entry of `ignore` under `checks:`, names a code that is not found there, or that does not exist.
Why: It hides the next finding of that code, which nobody has looked at. An error that a vendor is known to answer with cannot be ignored.
Fix: Remove the ignore, or correct its code.

Bad:
    prompts:
        - {id: hello, text: Good morning.}  # voicekit: ignore[VK304] ←
Bad:
    project:
        checks: {ignore: [{path: "prompts.yaml", codes: [VK304]}]}  ←
Good:
    profile:
        voice: en-US-Chirp3-HD-Kore
    prompts:
        # voicekit: ignore[VK304] the stress is for other voices
        - {id: hold, ssml: "<speak>One <emphasis>moment</emphasis>.</speak>"}
"""

from voicekit.checks import Check

CHECK = Check("VK404", "unused ignore")
