"""Separate small programs that the console can be tried against.

They stand for somebody else's computer: nothing here is imported by the sender, and
nothing of the sender is imported here.
"""
