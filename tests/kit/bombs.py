"""Templates that eat time or memory, by what they do it with: name → (template, values). In our own words.

Each is a whole template of a script in plain text or SSML. `PLAIN` is a script of the same length as people write it.
"""

from collections.abc import Mapping
from typing import Any

_DOUBLED = "{% set a = 'aaaaaaaaaaaaaaaa' %}" + "{% set a = a ~ a %}" * 40
_SUMMED = "{% set a = 'aaaaaaaaaaaaaaaa' %}" + "{% set a = a + a %}" * 40
_MEGABYTE = "{% set b = 'x' * 1 %}".replace(" * 1", "") + "{% set b = b ~ b %}" * 19
_HALF = "h" * 500_000
_LIST = [str(number) for number in range(2_000)]
_NESTED = "{% set l = ['a', 'b'] %}" + "{% set l = [l, l] %}" * 60

BOMBS: Mapping[str, tuple[str, Mapping[str, Any]]] = {
    # Folded while Jinja compiles, where nothing counts or looks at the clock.
    "a product of constants": ("{{ 'a' * 10000000000 }}", {}),
    "a power of constants": ("{{ 9 ** 9 ** 9 }}", {}),
    "a padded constant": ("{{ 'a' | center(10000000000) }}", {}),
    "a formatted constant": ("{{ '%10000000000d' % 1 }}", {}),
    "a replaced constant": ("{{ " + "'aaaaaaaaaa'" + " | replace('a', 'aaaaaaaaaa')" * 12 + " }}", {}),
    "a constant joined by a constant": ("{{ " + "'ab'" + " | list | join('" + "x" * 5_000 + "')" + " | list | join('xxxxxxxxxx')" * 9 + " }}", {}),
    "many folded texts": ("{{ 'ab' | replace('b', '" + "b" * 900_000 + "') | upper }}" + "{{ 'abcdefgh' | replace('', 'bbbbbbbbbbbbbbbb') | length }}" * 900, {}),
    # Straight on, without a loop.
    "a text doubled by ~": (_DOUBLED + "{{ a | length }}", {}),
    "a text doubled by +": (_SUMMED + "{{ a | length }}", {}),
    "a text taken often in one expression": (_MEGABYTE + "{{ (" + "b ~ " * 20_000 + "b) | length }}", {}),
    "a text in a thousand variables": (_MEGABYTE + "".join(f"{{% set v{n} = b ~ {n} %}}" for n in range(1_000)), {}),
    "a body doubled by set": ("{% set a %}aaaaaaaaaaaaaaaa{% endset %}" + "{% set a %}{{ a }}{{ a }}{% endset %}" * 40, {}),
    "a text spaced out": ("{{ '12345678' " + "| digits " * 40 + "}}", {}),
    "a text escaped often": (_MEGABYTE + "{% set c = b | replace('x', '&') %}" + "{% set c = (c | e) ~ '' %}{% set c = c | string | replace('&', '&&') %}" * 12, {}),
    "a list doubled by +": ("{% set l = ['a', 'b'] %}" + "{% set l = l + l %}" * 40 + "{{ l | length }}", {}),
    "a list of itself, written": (_NESTED + "{{ (l | string) | length }}", {}),
    "a list of itself, compared": (_NESTED + _NESTED.replace(" l ", " m ").replace("[l, l]", "[m, m]") + "{% if l == m %}x{% endif %}", {}),
    "a list of itself, without brackets": ("{% set l = ['', ''] %}" + "{% set l = ['', ''] | map('default', l, true) | list %}" * 60 + "{{ l | join | length }}", {}),
    "a mapping of itself": ("{% set d = {'k': 'x'} %}" + "{% set d = {'a': d, 'b': d} %}" * 60 + "{{ d | string | length }}", {}),
    "lists added up": ("{% set l = ['a', 'b'] %}" + "{% set l = [l, l] | sum(start=[]) %}" * 40, {}),
    "a slice of a slice": (_MEGABYTE + "".join(f"{{% set s{n} = b[{n}:] %}}" for n in range(1_000)), {}),
    "a thousand spellings of a list": ("{% set l = v | map('replace', '1', h) | list %}", {"v": _LIST, "h": _HALF}),
    "a join with a long comma": ("{{ v | join(h) | length }}", {"v": _LIST, "h": _HALF}),
    "attributes of a million letters": (_MEGABYTE + "{% for a in v %}{% set x = break(b) %}{% endfor %}{{ prosody(b, b, b, b) | length }}" * 30, {"v": _LIST}),
    # Macros and loops.
    "a macro that calls itself": ("{% macro m(n) %}x{{ m(n + 1) }}{% endmacro %}{{ m(0) }}", {}),
    "a macro that calls itself twice": ("{% macro m(n) %}{% if n %}{{ m(n - 1) }}{{ m(n - 1) }}{% endif %}{% endmacro %}{{ m(60) }}", {}),
    "a macro that doubles a text": ("{% macro m(t, n) %}{% if n %}{{ m(t ~ t, n - 1) }}{% else %}{{ t | length }}{% endif %}{% endmacro %}{{ m('abcdefgh', 60) }}", {}),
    "a macro that doubles what it is called with": ("{% macro m() %}{{ caller() }}{{ caller() }}{% endmacro %}" + "{% call m() %}" * 30 + "x" + "{% endcall %}" * 30, {}),
    "a macro of a long text": ("{% macro m() %}" + "z" * 500_000 + "{% endmacro %}" + "{% set x = m() %}" * 4_000, {}),
    "loops that write long texts into a set": ("{% set x %}{% for a in v %}{% for b in v %}" + "z" * 100_000 + "{% endfor %}{% endfor %}{% endset %}", {"v": _LIST}),
    "loops that write nothing": ("{% for a in v %}{% for b in v %}{% for c in v %}{% endfor %}{% endfor %}{% endfor %}", {"v": _LIST}),
    "loops that write everything": ("{% for a in v %}{% for b in v %}{% for c in v %}xxxxxxxx{% endfor %}{% endfor %}{% endfor %}", {"v": _LIST}),
    "a loop that calls itself": ("{% for a in v recursive %}" + "y" * 1_000 + "{{ loop(v) }}{% endfor %}", {"v": ["a", "b", "c"]}),
    "a set of a loop that calls itself": ("{% set x %}{% for a in v recursive %}" + "y" * 100_000 + "{% if loop.depth < 30 %}{{ loop(v) }}{% endif %}{% endfor %}{% endset %}", {"v": ["a", "b", "c"]}),
    "a block said often": ("{% block a %}" + "z" * 500_000 + "{% endblock %}" + "{% set x = self.a() %}" * 4_000, {}),
    "a partial said often in a set": ("{% set x %}{% for a in v %}{% for b in v %}{% include 'long.txt.j2' %}{% endfor %}{% endfor %}{% endset %}", {"v": _LIST}),
    "a list sorted without end": ("{% for a in v %}{% for b in v %}{% set x = v | sort | reverse | list %}{% endfor %}{% endfor %}", {"v": _LIST}),
    # Inside one call, where nothing looks at the clock.
    "comments that are never closed": ("{% filter upper %}" + "{% for a in v %}" * 3 + "<!--" + "{% endfor %}" * 3 + "{% endfilter %}", {"v": _LIST[:27]}),
    "sections that are never closed": ("{% filter replace('a', 'b') %}" + "<![CDATA[" * 20_000 + "{% endfilter %}", {}),
    "instructions that are never closed": ("{% filter title %}" + "<? " * 20_000 + "{% endfilter %}", {}),
    "quotes that are never closed": ("{% filter lower %}" + "<a '\"" * 20_000 + "{% endfilter %}", {}),
    "a number of a million digits divided": ("{% set x = (a | int(0, 16)) // (b | int(0, 16)) %}", {"a": "f" * 1_000_000, "b": "e" * 500_000}),
    "a list of long numbers": ("{% set x = v | map('int', 0, 36) | sum %}", {"v": ["z" * 4_000] * 5_000}),
    # While it is read.
    "a template of a million braces": ("{{a}}" * 200_000, {"a": 1}),
    "a list of half a million": ("{{ [" + "1," * 490_000 + "] | length }}", {}),
    "brackets in brackets": ("{{ " + "(" * 100_000 + "1" + ")" * 100_000 + " }}", {}),
    "a sum of a hundred thousand": ("{{ 1" + " + 1" * 100_000 + " }}", {}),
    "ifs in ifs": ("{% if a %}" * 20_000 + "{% endif %}" * 20_000, {"a": 1}),
    "a name of a million letters": ("{{ " + "a" * 900_000 + " }}", {}),
    "a text of half a million backslashes": ("{{ '" + "\\\\" * 450_000 + "' }}", {}),
    "a sign of a million signs": ("{{ 1 " + "-" * 900_000 + " 1 }}", {}),
    "a comment of a million letters": ("{#" + "#" * 900_000 + "#}", {}),
    "a number of a million digits": ("{{ " + "9" * 900_000 + " }}", {}),
    "a number read from letters": ("{{ (" + "'f' | replace('f', 'ffffffffff')" + " | replace('f', 'ffffffffff')" * 5 + ") | int(0, 16) }}", {}),
}  # fmt: skip

PARTIALS: Mapping[str, str] = {"long.txt.j2": "z" * 400_000, "long.ssml.j2": "z" * 400_000}

PLAIN = "<speak>" + "".join(
    f"<s>{{{{ company }}}}, line {number}: you are the {{{{ place | ordinal }}}} in line.</s>{{% if place > 3 %}}"
    f"<break time='1s'/>{{% endif %}}\n"
    for number in range(200)
) + "</speak>"  # fmt: skip
PLAIN_VALUES: Mapping[str, Any] = {"company": "Smith & Sons", "place": 4}
