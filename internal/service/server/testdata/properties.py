"""Puts requests that the OpenAPI document allows, and some that it does not, to a server.

Every answer has to be one that the document knows, and none may be a defect of the server.
Run by "python properties.py"; it takes schemathesis (see properties.txt) and Go.
"""

import os
import pathlib
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
EXAMPLES = os.environ.get("STANCE_PROPERTIES_EXAMPLES", "15")
CHECKS = "not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance,unsupported_method"


def main() -> int:
    with tempfile.TemporaryDirectory() as folder:
        binary = str(pathlib.Path(folder) / "server.test")
        subprocess.run(["go", "test", "-c", "-o", binary, "."], cwd=HERE.parent, check=True)
        server = subprocess.Popen(
            [binary, "-test.run", "^TestServeForProperties$", "-test.timeout", "60m"],
            cwd=HERE.parent, env=os.environ | {"STANCE_SERVE_FOR_PROPERTIES": "1"},
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )
        try:
            for line in server.stdout:
                if line.startswith("serving "):
                    _, address, token = line.split()
                    return fuzz(address, token)
            return 1
        finally:
            server.stdin.close()
            server.wait(timeout=60)


def fuzz(address: str, token: str) -> int:
    schemathesis = str(pathlib.Path(sys.executable).parent / "schemathesis")
    command = [
        schemathesis, "run", address + "/api/openapi.json", "--url", address,
        "--header", "Authorization: Bearer " + token, "--checks", CHECKS,
        "--exclude-operation-id", "stream", "--max-examples", EXAMPLES, "--phases", "examples,coverage,fuzzing",
        "--seed", "1", "--request-timeout", "20", "--generation-database", "none", "--no-color",
    ]
    return subprocess.run(command, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
