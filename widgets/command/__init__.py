"""The command line, the palette, the keys, signing in: all in line, none modal."""
