"""VK505: a word that means something else to this vendor.

What: A value of `interpret-as` is taken by the voice, and stands for something else than in the dialect it was written in; or it is
     spoken in another way than the rest, as Polly's neural voices leave `characters` to the standard voice.
Why: It is spoken without an error, and wrong, or not in the voice that was chosen.
Fix: Write the content as this vendor reads it, or choose another kind.
"""

from voicekit.checks import Check

CHECK = Check("VK505", "word with another meaning")
