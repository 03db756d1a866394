"""Requests about scenarios: reading, changing, and taking a run along as a file."""
