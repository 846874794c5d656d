"""Builds an estate file over the AWS API at an endpoint, and says what a scan of it must find.

  python seed.py --endpoint URL [--estate FILE] [--expectations FILE] [--paths FILE]
  python seed.py --list-expectations [--estate FILE]
"""

import argparse
import json
import sys
import time
from pathlib import Path

from seeder import builder
from seeder.estate import EstateError

HERE = Path(__file__).parent


def main():
    args = _arguments()
    try:
        wanted = builder.load(args.estate)
        if args.list_expectations:
            print(json.dumps(builder.expectations(wanted), indent=1))
            return
        start = time.monotonic()
        cloud, expected = builder.build(wanted, args.endpoint)
        if args.expectations:
            args.expectations.write_text(json.dumps(expected, indent=1) + "\n")
        if args.paths:
            rows = [{**path, "account_name": path["account"], "account": cloud.accounts[path["account"]]} for path in wanted.paths]
            args.paths.write_text(json.dumps(rows, indent=1) + "\n")
        print(f"built {len(wanted.specs)} resources in {len(cloud.accounts)} accounts in {time.monotonic() - start:.0f} s")
    except (EstateError, OSError) as problem:
        sys.exit(f"seed: {problem}")


def _arguments():
    parser = argparse.ArgumentParser(description="build an estate file over an AWS API")
    parser.add_argument("--endpoint", help="the API's address, as serve.py prints it")
    parser.add_argument("--estate", type=Path, default=HERE / "estate.yaml")
    parser.add_argument("--expectations", type=Path, help="write what a scan must find, with real ids, as JSON")
    parser.add_argument("--paths", type=Path, help="write which ways of attackers a scan must find, as JSON")
    parser.add_argument("--list-expectations", action="store_true", help="print them without building anything")
    args = parser.parse_args()
    if not args.list_expectations and not args.endpoint:
        parser.error("--endpoint is needed to build")
    return args


if __name__ == "__main__":
    main()
