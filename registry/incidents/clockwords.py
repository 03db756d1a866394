"""How the time of a clock is said."""

__all__ = ["hours_words"]


def hours_words(hours: float | None) -> str:
    """Say how much time is left: `14 h left`, `3 days left`, `2 h late`.

    >>> hours_words(14.2), hours_words(-2), hours_words(80), hours_words(0.4)
    ('14 h left', '2 h late', '3 days left', '24 min left')
    """
    if hours is None:
        return "no clock"
    size, word = abs(hours), "left" if hours >= 0 else "late"
    if size < 2:
        return f"{size * 60:.0f} min {word}"
    return f"{size:.0f} h {word}" if size < 72 else f"{size / 24:.0f} days {word}"
