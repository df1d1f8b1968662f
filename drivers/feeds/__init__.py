"""Deliver given bytes to a partner. What the bytes say is not known here."""
