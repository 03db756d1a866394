"""Requests about the blast radius: the page and its data, its files, and deciding on a what-if."""
