"""The dock of cameras near the call on hand."""
