"""VK503: an attribute that was left out or changed.

What: The voice does not take an attribute or its value, so that another is sent, or none.
Why: Sent as it is, the vendor would refuse the request, or ignore the element.
Fix: Write a value that the voice takes.

Bad:
    prompts:
        - {id: hold, ssml: "<speak><prosody rate='very quick'>One moment.</prosody></speak>"}  ←
Good:
    prompts:
        - {id: hold, ssml: "<speak><prosody rate='fast'>One moment.</prosody></speak>"}
"""

from voicekit.checks import Check

CHECK = Check("VK503", "attribute left out or changed")
