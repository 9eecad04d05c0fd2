"""VK413: renamed from an id that never was.

What: A prompt says with `moved` which id it had before, and neither voicekit.lock nor a manifest knows anything that was built under
      that id, or under its own.
Why: Nothing is renamed: the prompt counts as new, and its sound is bought once more.
Fix: Write the id as it was before, or remove `moved`.

Bad:
    prompts:
        - {id: farewell, moved: goodby, text: Goodbye.}  ←
    voicekit.lock:
        {"schema":"voicekit.lock/1"}
        {"pack":"phone","prompt":"goodbye","profile":"en","locale":"en-US","provider":"google","source":"google","key":"8d6d47c779a0134e1200c0bb0cf6ba81bac518714cc167fe5626050f468113a5","request_key":"0000000000000000000000000000000000000000000000000000000000000000","digest":"0000000000000000000000000000000000000000000000000000000000000000","duration":1.0,"text":"Goodbye."}
Good:
    prompts:
        - {id: farewell, moved: goodbye, text: Goodbye.}
    voicekit.lock:
        {"schema":"voicekit.lock/1"}
        {"pack":"phone","prompt":"goodbye","profile":"en","locale":"en-US","provider":"google","source":"google","key":"8d6d47c779a0134e1200c0bb0cf6ba81bac518714cc167fe5626050f468113a5","request_key":"0000000000000000000000000000000000000000000000000000000000000000","digest":"0000000000000000000000000000000000000000000000000000000000000000","duration":1.0,"text":"Goodbye."}
"""

from voicekit.checks import Check

CHECK = Check("VK413", "renamed from an id that never was")
