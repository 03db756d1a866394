"""Registers to try things on: an invented company, and random registers of any size. Pure values, no database."""
