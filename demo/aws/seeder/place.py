"""Where a resource goes: the clients of one account and region, and what was built there so far."""

import functools
import json
import urllib.request

import boto3
from botocore.config import Config

from .estate import EstateError

CONFIG = Config(retries={"total_max_attempts": 1}, s3={"addressing_style": "path"})
HOME = "us-east-1"  # where global services are asked


class Cloud:
    """The endpoint, and all places on it."""

    def __init__(self, endpoint):
        self.endpoint = endpoint
        self.accounts = {}  # name -> id
        self.organization = ""
        self._sessions = {}
        self.built = {}  # spec -> its name, id and ARN
        self.named = {}  # (account, region, kind, name) -> the same

    def add_account(self, name, number, credentials=None):
        self.accounts[name] = number
        keys = credentials or {"AccessKeyId": "local", "SecretAccessKey": "local", "SessionToken": None}
        self._sessions[name] = boto3.Session(keys["AccessKeyId"], keys["SecretAccessKey"], keys["SessionToken"])

    @functools.cache
    def client(self, account, region, service):
        client = self._sessions[account].client(service, endpoint_url=self.endpoint, config=CONFIG,
                                                region_name=HOME if region == "global" else region)
        if service == "s3control":  # puts the account before the host name, which no resolver knows
            client.meta.events.register("before-call.s3-control", _without_host_prefix(self.endpoint))
        return client

    def place(self, account, region):
        return Place(self, account, region)

    def control(self, path, value):
        """A call to the server's own /_stance/ paths."""
        request = urllib.request.Request(f"{self.endpoint}/_stance/{path}", json.dumps(value).encode(), method="POST")
        with urllib.request.urlopen(request) as answer:
            return json.load(answer)


def _without_host_prefix(endpoint):
    def rewrite(params, **_):
        params["url"] = endpoint + params["url_path"]
    return rewrite


class Place:
    def __init__(self, cloud, account, region):
        self.cloud, self.account, self.region = cloud, account, region
        self.current = {}  # references of the resource being built

    @property
    def account_id(self):
        return self.cloud.accounts[self.account]

    def client(self, service):
        return self.cloud.client(self.account, self.region, service)

    def remember(self, spec, built):
        self.cloud.built[spec] = self.cloud.named[self.account, self.region, spec.kind, spec.name] = built

    def lookup(self, reference):
        """$(account), $(region), $(org), $(n), $(name), $(account.NAME), $(KIND.NAME) or $(KIND.NAME.arn)."""
        fixed = {"account": self.account_id, "region": HOME if self.region == "global" else self.region,
                 "org": self.cloud.organization, **self.current}
        if reference in fixed:
            return fixed[reference]
        kind, _, name = reference.partition(".")
        if kind == "account" and name in self.cloud.accounts:
            return self.cloud.accounts[name]
        name, _, attribute = name.removesuffix(".id").partition(".arn")
        for region in (self.region, "global", HOME):
            if built := self.cloud.named.get((self.account, region, kind, name)):
                return built["arn" if reference.endswith(".arn") else "id"]
        raise EstateError(f"{self.account}/{self.region}: nothing is built yet that $({reference}) could mean")
