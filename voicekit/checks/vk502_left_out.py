"""VK502: an element that was left out, its words kept.

What: The voice does not take an element, so that only the words inside it are sent.
Why: Sent as it is, the vendor would refuse the request, ignore the element, or read it out.
Fix: Remove the element, or choose a voice that takes it. Where a rule of VK1xx or VK3xx says why, of the same element, it is told
     instead.

Bad:
    prompts:
        - {id: hold, ssml: "<speak><desc>a bell</desc>One moment.</speak>"}  ←
Good:
    prompts:
        - {id: hold, ssml: "<speak>One moment.</speak>"}
"""

from voicekit.checks import Check

CHECK = Check("VK502", "element left out, its words kept")
