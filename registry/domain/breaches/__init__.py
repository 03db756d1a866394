"""Public breaches at others, and what many of them say together."""
