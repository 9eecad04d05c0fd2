"""VK401: a prompt that is left out of a pack.

What: A profile of the pack speaks a language in which the prompt is not written, so the pack has no file for it.
Why: A phone system that asks for the file plays nothing, or the wrong language.
Fix: Write the script in that language, give the prompt a `locale`, or take the profile out of the pack. Where a pack says
     `complete: true`, this is an error.

Bad:
    prompts:
        - {id: bye, script: bye}  ←
    templates/bye.de.txt.j2:
        ---
        ---
        Auf Wiederhören.
Good:
    prompts:
        - {id: bye, script: bye}
    templates/bye.en.txt.j2:
        ---
        ---
        Goodbye.
"""

from voicekit.checks import Check

CHECK = Check("VK401", "left out of a pack")
