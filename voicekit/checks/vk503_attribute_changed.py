"""VK503: an attribute that was left out or changed.

What: The voice does not take an attribute or its value, so that another is sent, or none. Where a rule of VK1xx or VK3xx says why, of
     the same attribute, it is told instead.
Why: Sent as it is, the vendor would refuse the request, or ignore the element.
Fix: Write a value that the voice takes.

Bad:
    project:
        values: {pace: ""}
    prompts:
        - {id: hold, ssml: "<speak><prosody rate='{{ pace }}' volume='loud'>One moment.</prosody></speak>"}  ←
Good:
    project:
        values: {pace: fast}
    prompts:
        - {id: hold, ssml: "<speak><prosody rate='{{ pace }}' volume='loud'>One moment.</prosody></speak>"}
"""

from voicekit.checks import Check

CHECK = Check("VK503", "attribute left out or changed")
