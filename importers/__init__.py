"""Pure readers of files from outside: bytes in, rows and problems out.

No database, no clock, no network. Of the project they know `registry.domain` and `registry.reference` only.
"""
