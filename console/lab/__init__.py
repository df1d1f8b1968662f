"""The line lab without its screen: hear a recording, compare, learn, report."""
