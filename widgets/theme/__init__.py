"""Colours, type and spacing from one file of tokens; the style sheet made of it."""
