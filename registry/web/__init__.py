"""The shell around every page: frame, headers, error pages, health, and the macros pages are made of."""
