"""The map: a bundled page, fed with whole pictures, that never takes the focus."""
