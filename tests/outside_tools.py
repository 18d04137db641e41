"""Where tools are that tests use and pip does not install: Chromium, node, bubblewrap."""

import os
import shutil
from pathlib import Path

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
NODE = shutil.which("node")
BUBBLEWRAP = shutil.which("bwrap")
NODE_MODULES = Path(os.environ.get("QI_NODE_MODULES") or Path(__file__).parent / "node_modules")
AXE = NODE_MODULES / "axe-core" / "axe.min.js"
