"""VK403: a script that no prompt uses.

What: A template with front matter is named by no prompt of any pack, and by no other template.
Why: It is never rendered, so that nothing tells when it stops working; or somebody forgot to list it, and a file is missing.
Fix: List it in a prompt list, or delete it. A template that others only include needs no front matter.

Bad:
    prompts:
        - {id: hello, text: Hello.}
    templates/old/hello.txt.j2:
        ---  ←
        title: the greeting of last year
        ---
        Good day to you.
Good:
    template hello:
        <speak>{% include "partials/hello.ssml.j2" %}</speak>
    templates/partials/hello.ssml.j2:
        Good day.
"""

from voicekit.checks import Check

CHECK = Check("VK403", "unused script")
