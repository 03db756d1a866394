"""Requests to the portal, and ours about whom a form went to."""
