"""VK405: an input that is declared and never used.

What: A script declares an input, and neither its template nor any that it includes, extends or imports reads it.
Why: Every prompt must give a value that nobody hears: mostly a placeholder that was lost when the words were changed.
Fix: Use it, or delete it here and in the prompts.

Bad:
    prompts:
        - {id: next, script: next, values: {position: 3, minutes: 10}}
    templates/next.txt.j2:
        ---
        inputs:
          position: {type: integer}
          minutes: {type: integer}  ←
        ---
        You are number {{ position }} in line.
Good:
    prompts:
        - {id: next, script: next, values: {position: 3, minutes: 10}}
    templates/next.txt.j2:
        ---
        inputs:
          position: {type: integer}
          minutes: {type: integer}
        ---
        You are number {{ position }} in line. {% include "partials/wait.txt.j2" %}
    templates/partials/wait.txt.j2:
        Please wait about {{ minutes }} minutes.
"""

from voicekit.checks import Check

CHECK = Check("VK405", "unused input")
