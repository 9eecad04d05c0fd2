"""PCM and everything done to it: codecs, resampling, filters, loudness, headers. The home of numpy and av.

Callers import the submodules. `encodings` and `codecs` load neither numpy nor av until sound is really made or read,
so that a plan or a check starts fast. May import model, errors and _limits.
"""
