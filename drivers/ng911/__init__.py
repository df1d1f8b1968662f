"""NG9-1-1: documents that carry a caller's location and data, and their services."""
