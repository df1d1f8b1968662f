"""The camera registry: what comes in from files, and what is near a place."""
