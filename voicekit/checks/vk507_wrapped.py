"""VK507: a document that was wrapped for the vendor.

What: What Azure asks for was added: the version, the namespaces, and a `<voice>` around everything.
Why: Azure refuses a document without them.
Fix: Nothing: the vendor wants it so.
"""

from voicekit.checks import Check

CHECK = Check("VK507", "wrapped for the vendor")
