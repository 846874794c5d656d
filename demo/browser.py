"""The dashboard in a real browser: a server watches the example company, and web/e2e/run.mjs uses what it shows."""

import argparse
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import live
import run

WEB = run.HERE.parent / "web"


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--stance", required=True, help="the binary")
    parser.add_argument("--estate", default=run.HERE / "aws/estate.yaml")
    parser.add_argument("--listen", default="127.0.0.1:8643")
    parser.add_argument("--ttl", type=int, default=1800)
    options = parser.parse_args()
    inbox, servers = live.Inbox(), []
    with tempfile.TemporaryDirectory() as folder:
        try:
            api, endpoint = run.begin(options, folder, "--events")
            servers.append(api)
            server, password, log = live.start(options, folder, endpoint, inbox)
            servers.append(server)
            live.settled(log)
            state = Path(folder) / "state.json"
            state.write_text(f'{{"endpoint": "{endpoint}"}}')
            env = os.environ | {
                "STANCE_URL": f"http://{options.listen}", "STANCE_PASSWORD": password,
                "STANCE_CHANGE": f"{sys.executable} {WEB / 'e2e/change.py'} {state}",
            }
            sys.exit(subprocess.run(["node", "e2e/run.mjs"], cwd=WEB, env=env).returncode)
        finally:
            for process in reversed(servers):
                process.terminate()
                process.wait()


if __name__ == "__main__":
    main()
