"""VK501: markup that was written in the vendor's own words.

What: An element or attribute became another that sounds the same for this voice: Polly's `digits`, Google's `characters`, a default
     that a vendor wants to see written out, a `<voice>` that names who speaks anyway.
Why: Vendors read the same SSML differently. What is sent is not what is written, and nothing is changed silently.
Fix: Nothing: it sounds the same. Set `VK501: off` if you do not want to hear of it.

Bad:
    prompts:
        - {id: hold, ssml: "<speak><emphasis>One</emphasis> moment.</speak>"}  ←
Good:
    prompts:
        - {id: hold, ssml: "<speak><emphasis level='moderate'>One</emphasis> moment.</speak>"}
"""

from voicekit.checks import Check

CHECK = Check("VK501", "said in the vendor's own words")
