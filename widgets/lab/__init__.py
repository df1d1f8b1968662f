"""The line lab: a recording played, its bytes beside its fields, its layout edited."""
