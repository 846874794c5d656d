"""The example company under watch: a server with its dashboard, and an inbox that shows alerts as they come."""

import json
import os
import re
import subprocess
import sys
import tempfile
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import boto3
import change
import run

SECRET = "whsec_ZGVtby1kZW1vLWRlbW8tZGVtby1kZW1vLWRlbW8="
NOTIFY = """\
channels:
  - name: inbox
    type: webhook
    url: {address}
    secret: env:DEMO_INBOX_SECRET
    plain_http: true
routes:
  - match: {{severity: high, kind: [new, regressed]}}
    to: [inbox]
default:
  drop: true
"""
MARKS = {"critical": "\033[1;31m", "high": "\033[31m", "medium": "\033[33m"}


class Inbox:
    """Receives alerts, and shows them."""

    def __init__(self):
        self.alerts, self.news = [], threading.Condition()
        inbox = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
                self.send_response(204)
                self.end_headers()
                inbox.take(json.loads(body)["alert"])

            def log_message(self, *_):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.address = f"http://127.0.0.1:{self.server.server_address[1]}/"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def take(self, alert):
        with self.news:
            self.alerts.append(alert | {"came": time.time()})
            self.news.notify_all()
        if alert["kind"] != "digest":
            show(alert)

    def wait(self, fits, timeout):
        """Returns the first alert that fits; None when none comes in time."""
        end = time.time() + timeout
        with self.news:
            while True:
                for alert in self.alerts:
                    if fits(alert):
                        return alert
                if not self.news.wait(max(0, min(1, end - time.time()))) and time.time() >= end:
                    return None


def clean(text):
    """Names in the cloud are anyone's to choose: nothing in them may speak to the terminal."""
    return "".join(c if c.isprintable() else "?" for c in str(text))


def show(alert):
    colour = sys.stdout.isatty() and "NO_COLOR" not in os.environ
    mark, plain = (MARKS.get(alert["severity"], ""), "\033[0m") if colour else ("", "")
    actor = f"\n      by {clean(alert['actor'])}" if alert.get("actor") else ""
    account, name = alert.get("account_name") or alert.get("account"), alert["resource"].get("name")
    where = "".join([f": {clean(name)}" if name else "", f" in {clean(account)}" if account else ""])
    print(f"  {mark}{alert['severity']:>8}{plain}  {clean(alert['title'])}{where}{actor}", flush=True)


def start(options, folder, endpoint, inbox):
    """Starts the server; returns the process and the first password."""
    notify, log = Path(folder) / "notify.yaml", Path(folder) / "server.log"
    notify.write_text(NOTIFY.format(address=inbox.address))
    queue = Path(folder, "ready.queue").read_text().strip()
    boto3.client("sqs", endpoint_url=endpoint, **change.KEYS).purge_queue(QueueUrl=queue)  # how the company was built is old news
    command = [options.stance, "serve", "--data", Path(folder) / "data", "--org", "--role", "StanceAudit", "--external-id", "stance-demo",
               "--endpoint", endpoint, "--context", run.HERE / "context.yaml", "--events", queue, "--notify", notify, "--listen", options.listen]
    with open(log, "w") as out:
        process = subprocess.Popen([str(c) for c in command], stderr=out, env=run.environment() | {"DEMO_INBOX_SECRET": SECRET})
    for _ in range(600):
        text = log.read_text()
        password = re.search(r"password\s+(\S+)", text)
        if password and "listening on" in text:
            return process, password.group(1), log
        if process.poll() is not None:
            break
        time.sleep(0.1)
    process.terminate()
    sys.exit("demo: the server did not start:\n" + log.read_text())


def settled(log, timeout=300):
    """Waits until everything was read and judged once, and nothing changes any more."""
    end, last, since = time.time() + timeout, "", time.time()
    while time.time() < end:
        text = log.read_text()
        reviews = re.findall(r"msg=reviewed .*transitions=(\d+)", text)
        if text != last:
            last, since = text, time.time()
        elif any(int(n) > 0 for n in reviews) and time.time() - since > 12:
            return
        time.sleep(0.5)
    sys.exit("demo: the company was never read to its end; see " + str(log))


def watch(options):
    inbox = Inbox()
    with tempfile.TemporaryDirectory() as folder:
        api, endpoint = run.begin(options, folder, "--events")
        server = None
        try:
            server, password, log = start(options, folder, endpoint, inbox)
            Path(options.state).write_text(json.dumps({"endpoint": endpoint, "inbox": inbox.address}))
            os.chmod(options.state, 0o600)
            print(f"\n  The dashboard:  http://{options.listen}/\n  Sign in as:     admin\n  Password:       {password}\n", flush=True)
            print("Its accounts are being read; what was there before Stance looked is told in one message each.", flush=True)
            settled(log)
            print("Watching. Make risky changes from another terminal and see the alerts arrive, here and in the dashboard:\n\n    make demo-change\n", flush=True)
            if options.once:
                change.make(endpoint, inbox)
                return
            server.wait()
        finally:
            for process in (server, api):
                if process is not None:
                    process.terminate()
                    process.wait()
            Path(options.state).unlink(missing_ok=True)

