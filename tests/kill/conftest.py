"""Makes the harness beside this file importable, here and for the window's kills."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
