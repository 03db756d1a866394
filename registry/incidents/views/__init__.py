"""Requests about incidents, by what they do."""
