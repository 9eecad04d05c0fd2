"""VK801: a lexicon's entry that no prompt is said with.

What: A pronunciation stands in a lexicon, and no prompt holds its grapheme outside of `phoneme`, `sub` and `say-as`.
Why: It is often a slip: another spelling, another case, or a word that has left the prompts. What was meant is mispronounced.
Fix: Write the grapheme as the prompts do, or remove the entry.

Bad:
    project:
        lexicons: [names.pls]
    lexicons/names.pls:
        <lexicon version="1.0" xmlns="http://www.w3.org/2005/01/pronunciation-lexicon" alphabet="ipa" xml:lang="en-US">
          <lexeme><grapheme>ACME</grapheme><alias>ack mee</alias></lexeme>  ←
        </lexicon>
    prompts:
        - {id: hello, text: This is Acme.}
Good:
    project:
        lexicons: [names.pls]
    lexicons/names.pls:
        <lexicon version="1.0" xmlns="http://www.w3.org/2005/01/pronunciation-lexicon" alphabet="ipa" xml:lang="en-US">
          <lexeme><grapheme>Acme</grapheme><alias>ack mee</alias></lexeme>
        </lexicon>
    prompts:
        - {id: hello, text: This is Acme.}
"""

from voicekit.checks import Check

CHECK = Check("VK801", "unused lexicon entry")
