"""VK802: a pronunciation that the voice does not take.

What: A prompt holds the grapheme of a lexicon's entry, and its voice takes none of the entry's pronunciations.
Why: Voices without SSML take no `phoneme`, and each vendor knows its own alphabets; the word is said as it is written.
Fix: Add an `alias`, which every voice takes, or a `phoneme` in an alphabet that the voice takes.

Bad:
    project:
        lexicons: [names.pls]
    lexicons/names.pls:
        <lexicon version="1.0" xmlns="http://www.w3.org/2005/01/pronunciation-lexicon" alphabet="ipa" xml:lang="en-US">
          <lexeme><grapheme>Acme</grapheme><phoneme>ˈækmiː</phoneme></lexeme>  ←
        </lexicon>
    profile:
        voice: en-US-Journey-F
    prompts:
        - {id: hello, text: This is Acme.}
Good:
    project:
        lexicons: [names.pls]
    lexicons/names.pls:
        <lexicon version="1.0" xmlns="http://www.w3.org/2005/01/pronunciation-lexicon" alphabet="ipa" xml:lang="en-US">
          <lexeme><grapheme>Acme</grapheme><phoneme>ˈækmiː</phoneme><alias>ack mee</alias></lexeme>
        </lexicon>
    profile:
        voice: en-US-Journey-F
    prompts:
        - {id: hello, text: This is Acme.}
"""

from voicekit.checks import Check

CHECK = Check("VK802", "pronunciation refused by the voice")
