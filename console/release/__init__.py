"""Release control: from the coded keys of an incident to bytes for a partner.

Pure but for ``tables``, which reads policies. ``eligibility`` decides, ``render``
and ``encode`` make the bytes, ``signing`` binds a second person to them, ``states``
says what may follow what. docs/release.md tells the whole.
"""
