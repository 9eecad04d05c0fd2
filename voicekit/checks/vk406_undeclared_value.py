"""VK406: a value that is used and not declared.

What: A template, or one that it includes or extends, reads a name that is neither an input of the script nor set in it.
Why: It works while the pack or the project happens to have a value of that name. Without a declaration there is no type and no example: a
    wrong value is not refused, and another pack that uses the script fails in the middle of its build.
Fix: Declare it under `inputs`, with its type; a `default` makes it optional.

Bad:
    project:
        values: {company: Northgate Clinic}
    prompts:
        - {id: hello, script: hello}
    templates/hello.txt.j2:
        ---
        ---
        Thank you for calling {{ company }}.  ←
Good:
    project:
        values: {company: Northgate Clinic}
    prompts:
        - {id: hello, script: hello}
    templates/hello.txt.j2:
        ---
        inputs:
          company: {type: string}
          desks: {type: list, items: {type: string}, default: [sales, service]}
        ---
        {% import "partials/names.txt.j2" as names %}
        Thank you for calling {{ company }}.{% for desk in desks %} {{ names.of(desk) }}{% endfor %}
    templates/partials/names.txt.j2:
        {% macro of(desk) %}the {{ desk }} desk{% endmacro %}
"""

from voicekit.checks import Check

CHECK = Check("VK406", "undeclared value")
