"""Where units are: NMEA 0183 and TAIP in, fixes out."""
