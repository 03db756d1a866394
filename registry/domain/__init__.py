"""The model: from registered facts to a blast radius.

Pure code: standard library, networkx, numpy and (imported late) numba. No Flask, no database,
no clock, no hidden randomness. Every module here can be read, tested and used on its own.
"""
