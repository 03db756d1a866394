"""The bootstrap is called by path and never imported by the product; its tests load it as Python does for `./run`."""

import sys
from pathlib import Path

BOOTSTRAP = Path(__file__).resolve().parents[2] / "registry" / "bootstrap"
if str(BOOTSTRAP) not in sys.path:
    sys.path.append(str(BOOTSTRAP))
