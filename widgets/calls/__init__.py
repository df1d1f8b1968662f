"""What the lines say: the call strip, and what was heard and not understood."""
