"""VK412: a recording of other words.

What: A prompt is recorded by a person, and its text has changed since the recording was first built; voicekit.lock remembers the
      words of that build.
Why: Callers hear the old words, and whoever reads the project sees the new ones.
Fix: Record it anew. If the recording says the new words already, remove its line from voicekit.lock.

Bad:
    prompts:
        - {id: bye, text: Goodbye., recorded: recordings/bye.wav}  ←
    recordings/bye.wav:
        a sound
    voicekit.lock:
        {"schema":"voicekit.lock/1"}
        {"pack":"phone","prompt":"bye","profile":"en","locale":"en-US","provider":"google","source":"recorded","key":"8d6d47c779a0134e1200c0bb0cf6ba81bac518714cc167fe5626050f468113a5","request_key":"0000000000000000000000000000000000000000000000000000000000000000","digest":"0000000000000000000000000000000000000000000000000000000000000000","duration":1.0,"text":"See you."}
Good:
    prompts:
        - {id: bye, text: Goodbye.}
"""

from voicekit.checks import Check

CHECK = Check("VK412", "recording of other words")
