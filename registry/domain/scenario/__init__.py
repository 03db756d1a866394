"""One question: where it starts, what is changed about it, its worlds, its answer and what would help."""
