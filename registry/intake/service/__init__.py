"""The write verbs of vendors that come and go, by what they are about."""
