"""The embedded voice: an Ask becomes a Sound.

SSML or text → segments (`compile`) → an engine's workers (`voicekit.engines`) → samples with marks (`render`) → the asked
encoding (`speaker`). Everything below may import ssml, _sound, engines, _adapt's finder of words, _language, _capabilities,
model, errors and _limits; babel and unicode-rbnf live in `say_as`, `numbers` and `grammar`.
"""
