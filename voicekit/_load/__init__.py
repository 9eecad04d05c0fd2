"""The load stage: files → Project, or every problem at once with its file and line.

Reads `voicekit.yaml`, `profiles/`, `templates/` and the prompt lists. Imports _yaml, _language, _inputs, _sound's table
of encodings, providers and targets; no other stage.
"""
