"""The board of incidents, the units, the narrative."""
