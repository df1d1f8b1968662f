"""The release desk: what may leave, what leaves, and who agreed to it."""
