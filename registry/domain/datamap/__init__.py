"""The data map: things, the facts that join them, and walks over it."""
