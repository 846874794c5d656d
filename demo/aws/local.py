"""For the tests: a server of their own, and clients that talk to it."""

import atexit
import functools
import subprocess
import sys
import tempfile
import time
import unittest
from pathlib import Path

import botocore.exceptions

from seeder.place import Cloud

HERE = Path(__file__).parent


class Server:
    """serve.py on a free port, until stop()."""

    def __init__(self, *more):
        self._folder = tempfile.TemporaryDirectory()
        ready = Path(self._folder.name) / "ready"
        self._process = subprocess.Popen(
            [sys.executable, HERE / "serve.py", "--port", "0", "--ready-file", ready, "--ttl", "300", *more],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        end = time.monotonic() + 60
        while not ready.exists():
            if self._process.poll() is not None or time.monotonic() > end:
                raise RuntimeError("serve.py did not start; run it by hand to see why")
            time.sleep(0.05)
        self.endpoint = ready.read_text().strip()
        queue = ready.with_name("ready.queue")
        self.queue = queue.read_text().strip() if queue.exists() else ""

    def stop(self):
        self._process.terminate()
        self._process.wait()
        self._folder.cleanup()


@functools.cache
def _shared():
    server = Server()
    atexit.register(server.stop)
    return server


class Case(unittest.TestCase):
    """Tests that share one server with all others of this kind; self.client(service) speaks for the management account."""

    @classmethod
    def setUpClass(cls):
        cls.server = _shared()
        cls.cloud = Cloud(cls.server.endpoint)
        cls.cloud.add_account("management", "123456789012")

    def client(self, service, region="us-east-1", account="management"):
        return self.cloud.client(account, region, service)

    def refused(self, call, *args, **kwargs):
        """The (HTTP status, code) with which a call is refused."""
        with self.assertRaises(botocore.exceptions.ClientError) as caught:
            call(*args, **kwargs)
        response = caught.exception.response
        return response["ResponseMetadata"]["HTTPStatusCode"], response["Error"]["Code"]
