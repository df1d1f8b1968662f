"""Incidents of another CAD: its exports and messages in, incidents out."""
