"""Requests about the outbox; rules, words and webhooks have files of their own."""

from registry.outbox.views.letters import again, brake, cancel, index, letter, mailbox, show

__all__ = ["again", "brake", "cancel", "index", "letter", "mailbox", "show"]
