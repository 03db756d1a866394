"""Imports: a file is checked, shown as what it would do, mended, written in one act, and undone in one."""
