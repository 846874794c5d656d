"""Opens a new bucket of the running demo to everyone, and prints its name last."""

import json
import sys
import tempfile
import time
from pathlib import Path

DEMO = Path(__file__).parents[2] / "demo"
sys.path.insert(0, str(DEMO))
import change  # noqa: E402

state = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(tempfile.gettempdir()) / "stance-demo.json"
endpoint = json.loads(state.read_text())["endpoint"]
known = change.accounts(endpoint)
print(change.public_bucket(endpoint, known.get("production") or next(iter(known.values())), f"{time.time():.0f}"))
