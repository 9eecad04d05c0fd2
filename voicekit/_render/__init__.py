"""The render stage: a prompt and a profile → Speech. Jinja's one home.

Templates run in an immutable sandbox behind a gate, see plain data only, and speak SSML through a small library.
Imports ssml, _inputs, _language and model; no other stage.
"""
