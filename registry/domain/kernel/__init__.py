"""The compiled part: worlds of the cascade and what each of them exposes, in arrays alone."""
