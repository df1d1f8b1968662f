"""The agency's own geography: its geofile and the place tree.

``place_tree`` and what it uses are pure; ``geofile_*`` and ``tree_file`` read and
write files. The heavy libraries are imported by the modules that use them, never
here.
"""
