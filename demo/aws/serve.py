"""The local AWS API: moto behind Strict, on 127.0.0.1 only.

  python serve.py --port 0 --ready-file F [--ttl SECONDS] [--events [ACCOUNT]]

Prints its address when it answers, and writes it to the ready file. Ends on SIGTERM or Ctrl-C, when the time
to live runs out, or when the process that started it is gone. With --events each change is told to a queue of the
account, as CloudTrail and EventBridge would; its address is written to the ready file's neighbour F.queue.
"""

import argparse
import functools
import os
import signal
import sys
import threading
import time
from pathlib import Path

# Read by moto when it is imported.
os.environ.update({
    "MOTO_EC2_LOAD_DEFAULT_AMIS": "false",
    "MOTO_IAM_LOAD_MANAGED_POLICIES": "true",
    "MOTO_S3_ALLOW_CROSSACCOUNT_ACCESS": "false",
    "AWS_EC2_METADATA_DISABLED": "true",
    "AWS_ACCESS_KEY_ID": "local",
    "AWS_SECRET_ACCESS_KEY": "local",
    "AWS_DEFAULT_REGION": "us-east-1",
})
for _name in ("AWS_PROFILE", "AWS_CA_BUNDLE", "AWS_ENDPOINT_URL", "AWS_SESSION_TOKEN"):
    os.environ.pop(_name, None)

SEED = 42
THREADS = 8


def main():
    args = _arguments()
    parent = os.getppid()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: os._exit(0))
    threading.Thread(target=_end_in_time, args=(parent, args.ttl), daemon=True).start()
    try:
        server = _server(args.port, args.events)
        server.prepare()
        if args.events and args.ready_file:
            queue = f"http://127.0.0.1:{server.bind_addr[1]}{server.wsgi_app.path}"
            args.ready_file.with_name(args.ready_file.name + ".queue").write_text(queue + "\n")
        _announce(f"http://127.0.0.1:{server.bind_addr[1]}", args.ready_file)
    except OSError as problem:
        sys.exit(f"serve: cannot serve on 127.0.0.1:{args.port}: {problem}")
    except ImportError as problem:
        sys.exit(f"serve: {problem}; install demo/aws/requirements.txt first")
    server.serve()


def _arguments():
    parser = argparse.ArgumentParser(description="the local AWS API that the demo and the tests scan")
    parser.add_argument("--port", type=int, default=0, help="0 takes a free port")
    parser.add_argument("--ready-file", type=Path, help="written with the address once the server answers")
    parser.add_argument("--ttl", type=float, default=0, help="seconds to live; 0 means as long as the parent")
    parser.add_argument("--events", nargs="?", const="123456789012", metavar="ACCOUNT", help="tell changes to a queue of this account")
    return parser.parse_args()


def _server(port, events=None):
    """Imports moto, which takes its settings from the environment above, and binds nothing yet."""
    from cheroot import wsgi

    _reuse_rsa_keys()
    from moto.moto_api._internal import mock_random
    from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app
    from strict import Strict

    mock_random.seed(SEED)  # the same calls give the same ids in every run
    app = DomainDispatcherApplication(create_backend_app)
    if events:
        from tee import Tee

        app = Tee(app, events)
    else:
        app = Strict(app)
    return wsgi.Server(("127.0.0.1", port), app, numthreads=THREADS, timeout=120)


def _reuse_rsa_keys():
    """One key per size instead of one per KMS key or certificate: a tenth of a second each."""
    from cryptography.hazmat.primitives.asymmetric import rsa

    rsa.generate_private_key = functools.cache(rsa.generate_private_key)


def _announce(address, ready_file):
    print(address, flush=True)
    if ready_file:
        part = ready_file.with_name(ready_file.name + ".part")
        part.write_text(address + "\n")
        part.replace(ready_file)


def _end_in_time(parent, ttl):
    end = time.monotonic() + ttl if ttl else float("inf")
    while time.monotonic() < end and os.getppid() == parent:
        time.sleep(0.2)
    os._exit(0)


if __name__ == "__main__":
    main()
