"""make demo: starts the local AWS API, builds the example company on it, and ends in the dashboard of a server that watches it.

make demo-report scans it once instead, shows the report in the terminal, and writes it as a page.
"""

import argparse
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

HERE = Path(__file__).parent
KEYS = {"AWS_ACCESS_KEY_ID": "demo", "AWS_SECRET_ACCESS_KEY": "demo", "AWS_REGION": "us-east-1", "AWS_EC2_METADATA_DISABLED": "true"}

REGIONS = "us-east-1,eu-west-1"  # all that the company's accounts have; the estate uses both


def serve(folder, ttl, *extra):
    """Starts the API; returns the process and its address."""
    ready = Path(folder) / "ready"
    process = subprocess.Popen(
        [sys.executable, HERE / "aws/serve.py", "--port", "0", "--ready-file", ready, "--ttl", str(ttl), *extra],
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=os.environ | {"STANCE_REGIONS": REGIONS})
    for _ in range(600):
        if ready.exists() and ready.read_text().strip():
            return process, ready.read_text().strip()
        if process.poll() is not None:
            break
        time.sleep(0.1)
    sys.exit("demo: the local AWS API did not start; run demo/aws/serve.py by hand to see why")


def environment():
    """The caller's environment with the demo's keys and without what would lead elsewhere."""
    env = {k: v for k, v in os.environ.items() if not k.startswith("AWS_")}
    return env | KEYS


def scan(stance, endpoint, folder, *extra):
    command = [stance, "scan", "aws", "--org", "--role", "StanceAudit", "--external-id", "stance-demo",
               "--endpoint", endpoint, "--workers", "16", "--context", HERE / "context.yaml", "--compliance", "cis-aws-7.0", *extra]
    return subprocess.run([str(c) for c in command], env=environment() | {"XDG_STATE_HOME": str(folder)}).returncode


def latest(folder):
    return max((Path(folder) / "stance/runs").iterdir())


def report(options):
    """Scans once, shows the report and writes the page."""
    with tempfile.TemporaryDirectory() as folder:
        process, endpoint = begin(options, folder)
        try:
            print("scanning its accounts ...\n", flush=True)
            code = scan(options.stance, endpoint, folder)
            if code:
                sys.exit(code)
            subprocess.run([options.stance, "scan", "--from", latest(folder), "--context", HERE / "context.yaml",
                            "--compliance", "cis-aws-7.0", "--format", "html", "--out", options.html], check=True)
            print(f"\nThe same as a page: {options.html}")
            if options.serve:
                print(f"The API stays at {endpoint}; Ctrl-C ends it.")
                process.wait()
        finally:
            process.terminate()
            process.wait()


def begin(options, folder, *extra):
    """Starts the API and builds the company on it."""
    print("starting a local AWS API ...", flush=True)
    process, endpoint = serve(folder, options.ttl, *extra)
    try:
        subprocess.run([sys.executable, HERE / "aws/seed.py", "--endpoint", endpoint, "--estate", str(options.estate)], check=True)
    except BaseException:
        process.terminate()
        raise
    return process, endpoint


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--stance", required=True, help="the binary")
    parser.add_argument("--estate", default=HERE / "aws/estate.yaml")
    parser.add_argument("--report", action="store_true", help="scan once and show the report")
    parser.add_argument("--html", default="demo-report.html", help="with --report: where the page goes")
    parser.add_argument("--serve", action="store_true", help="with --report: keep the API up, to try things on it")
    parser.add_argument("--listen", default="127.0.0.1:8642", help="where the dashboard listens")
    parser.add_argument("--state", default=Path(tempfile.gettempdir()) / "stance-demo.json", help="where demo/change.py finds the demo")
    parser.add_argument("--once", action="store_true", help="make the risky changes, wait for their alerts, and end")
    parser.add_argument("--ttl", type=int, default=7200, help="how long it all lives, in seconds")
    options = parser.parse_args()
    try:
        if options.report:
            report(options)
        else:
            import live

            live.watch(options)
    except KeyboardInterrupt:
        pass
    except subprocess.CalledProcessError as failure:
        sys.exit(f"demo: {Path(str(failure.cmd[0])).name} ended with {failure.returncode}")


if __name__ == "__main__":
    main()
