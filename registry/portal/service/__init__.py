"""What the portal writes: letting contacts in, inviting and handing on, answering and handing in."""
