"""Makes the towns beside these tests importable: geocode_town, geocode_county."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
