"""Lines: how each stands, what can be set, and whether it answers."""
