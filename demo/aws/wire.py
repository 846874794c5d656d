"""What a request asks for, and AWS-shaped answers in its own protocol.

Nothing here knows moto. A Call names the operation as the SDKs do ("s3:GetBucketPolicy"), whatever
protocol carried it; the service is the signing name ("elasticloadbalancing", "monitoring").
"""

import functools
import io
import json
import re
from dataclasses import dataclass
from urllib.parse import parse_qs, unquote
from xml.sax.saxutils import escape

import botocore.session

CREDENTIAL = re.compile(r"Credential=([^/]+)/\d+/([^/]+)/([^/]+)/aws4_request")

BUCKET_HOST = re.compile(r"([a-z0-9.-]+)\.s3(?:[.-](?!control)[a-z0-9-]+)*\.amazonaws\.com")

# Signing names whose models botocore keeps under other names.
MODELS = {
    "access-analyzer": ["accessanalyzer"],
    "apigateway": ["apigateway", "apigatewayv2"],
    "aps": ["amp"],
    "bedrock": ["bedrock", "bedrock-agent", "bedrock-runtime"],
    "elasticfilesystem": ["efs"],
    "es": ["es", "opensearch"],
    "monitoring": ["cloudwatch"],
    "s3": ["s3", "s3control"],
    "ses": ["sesv2"],
}
XML_SERVICES = ("cloudfront", "route53")


@dataclass(frozen=True)
class Call:
    service: str
    operation: str  # "" when no model knows the request
    protocol: str  # query, ec2, json, rest-json, s3, rest-xml, cbor
    access_key: str
    region: str
    method: str
    path: str
    query: dict  # first value of each parameter of the URL
    params: dict  # query, plus the form of the query protocols
    headers: dict
    body: bytes
    extra: tuple = ()  # parameters of the URL which the operation does not have

    @property
    def name(self):
        return f"{self.service}:{self.operation or self.method + ' ' + self.path}"

    def json(self):
        return json.loads(self.body or b"{}")


@dataclass
class Response:
    status: int
    headers: list
    body: bytes = b""

    def header(self, name):
        return next((v for k, v in self.headers if k.lower() == name.lower()), "")


def as_local(environ):
    """Makes a request for any host one for this server, S3's bucket moved from the host name to the path."""
    bucket = BUCKET_HOST.match(environ.get("HTTP_HOST", ""))
    prefix = "/" + bucket[1] if bucket else ""
    environ["REQUEST_URI"] = environ["RAW_URI"] = prefix + environ.get("REQUEST_URI", environ["PATH_INFO"])
    environ["PATH_INFO"] = prefix + environ["PATH_INFO"]
    environ["HTTP_HOST"] = f"127.0.0.1:{environ['SERVER_PORT']}"


def read(environ):
    """The call a WSGI environ holds. Its body is read, and put back for the application behind."""
    body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
    environ["wsgi.input"] = io.BytesIO(body)
    headers = {k[5:].replace("_", "-").lower(): v for k, v in environ.items() if k.startswith("HTTP_")}
    headers["content-type"] = environ.get("CONTENT_TYPE", "")
    query = _first_values(environ.get("QUERY_STRING", ""))
    access_key, region, service = _credential(headers, query)
    raw_path = environ["REQUEST_URI"].split("?")[0]
    method = environ["REQUEST_METHOD"]
    params = dict(query)
    if headers["content-type"].startswith("application/x-www-form-urlencoded"):
        params.update(_first_values(body.decode("utf-8", "replace")))
    protocol, operation, extra = _operation(service, method, raw_path, query, params, headers)
    return Call(service, operation, protocol, access_key, region, method, unquote(raw_path), query, params,
                headers, body, extra)


def _first_values(text):
    return {k: v[0] for k, v in parse_qs(text, keep_blank_values=True).items()}


def _credential(headers, query):
    """Access key, region and service of the signature; an unsigned call counts as S3's."""
    signed = headers.get("authorization") or "Credential=" + query.get("X-Amz-Credential", "")
    found = CREDENTIAL.search(signed)
    return found.groups() if found else ("", "us-east-1", "s3")


def _operation(service, method, path, query, params, headers):
    if headers.get("smithy-protocol") == "rpc-v2-cbor":
        return "cbor", path.rsplit("/", 1)[-1], ()
    if "x-amz-target" in headers:
        return "json", headers["x-amz-target"].rsplit(".", 1)[-1], ()
    if "Action" in params:
        return ("ec2" if service == "ec2" else "query"), params["Action"], ()
    model, operation, extra = _match(service, method, path, query)
    if model == "s3":
        return "s3", operation, extra
    return ("rest-xml" if model == "s3control" or service in XML_SERVICES else "rest-json"), operation, extra


def _match(service, method, path, query):
    """The most specific operation of the service's models with this method, path and parameters."""
    names = MODELS.get(service, [service])
    if service == "s3":
        names = ["s3control"] if path.startswith("/v20180820/") else ["s3"]
    for name in names:
        for route in _routes(name):
            if route.method == method and route.fits(path, query):
                extra = sorted(k for k in query if k not in route.known and not k.lower().startswith("x-"))
                return name, route.operation, tuple(extra)
    return names[0], "", tuple(sorted(query))


@dataclass(frozen=True)
class _Route:
    operation: str
    method: str
    path: re.Pattern
    literal: dict  # parameters written in the operation's URI
    required: frozenset  # members of its input that travel in the URL and must be there
    known: frozenset

    def fits(self, path, query):
        literal = all(k in query and (not v or query[k] == v) for k, v in self.literal.items())
        return literal and self.required <= query.keys() and self.path.fullmatch(path)


def operation_model(call):
    """botocore's model of the operation of a call that is not REST."""
    return _model(MODELS.get(call.service, [call.service])[0]).operation_model(call.operation)


@functools.cache
def _model(name):
    session = botocore.session.get_session()
    return session.get_service_model(name) if name in session.get_available_services() else None


@functools.cache
def _routes(model_name):
    model = _model(model_name)
    if model is None:
        return []
    routes = [_route(model.operation_model(name)) for name in model.operation_names
              if not model.operation_model(name).deprecated]
    return sorted(routes, key=lambda r: (-len(r.literal), -len(r.required), -len(r.path.pattern)))


def _route(operation):
    path, _, query = operation.http["requestUri"].partition("?")
    literal = _first_values(query)
    shape = operation.input_shape
    members = {m.serialization.get("name", n): n for n, m in (shape.members if shape else {}).items()
               if m.serialization.get("location") == "querystring"}
    required = {wire for wire, name in members.items() if name in shape.required_members} if shape else set()
    pattern = re.sub(r"\\\{[^}]*?\\\+\\\}", ".+", re.escape(path).rstrip("/"))
    pattern = re.sub(r"\\\{.*?\\\}", "[^/]+", pattern) + "/?"
    return _Route(operation.name, operation.http["method"], re.compile(pattern), literal, frozenset(required),
                  frozenset(literal) | frozenset(members) | {"x-id"})


def error(call, status, code, message):
    """An error as the service of the call would write it."""
    if call.protocol == "ec2":
        body = f"<Response><Errors><Error>{_xml(code, message)}</Error></Errors><RequestID>stance</RequestID></Response>"
    elif call.protocol == "s3":
        body = f"<Error>{_xml(code, message)}<RequestId>stance</RequestId></Error>"
    elif call.protocol in ("query", "rest-xml"):
        body = f"<ErrorResponse><Error><Type>Sender</Type>{_xml(code, message)}</Error><RequestId>stance</RequestId></ErrorResponse>"
    elif call.protocol == "cbor":
        return Response(status, [("Content-Type", "application/cbor"), ("smithy-protocol", "rpc-v2-cbor")],
                        b"\xa2" + b"".join(map(_cbor_text, ("__type", code, "message", message))))
    else:
        return json_response(status, {"__type": code, "message": message}, [("x-amzn-errortype", code)])
    return xml_response(status, body)


def _xml(code, message):
    return f"<Code>{escape(code)}</Code><Message>{escape(message)}</Message>"


def _cbor_text(text):
    data = text.encode()
    return b"\x79" + len(data).to_bytes(2, "big") + data


def xml_response(status, body):
    text = '<?xml version="1.0" encoding="UTF-8"?>' + body
    return Response(status, [("Content-Type", "text/xml"), ("x-amzn-requestid", "stance")], text.encode())


def json_response(status, value, headers=()):
    return Response(status, [("Content-Type", "application/json"), *headers], json.dumps(value).encode())


def unsupported(call, why):
    return error(call, 501, "NotImplemented", f"{call.name} is not supported by the local AWS API: {why}")


# How the services refuse: protocol -> (status, code).
DENIED = {"ec2": (403, "UnauthorizedOperation"), "s3": (403, "AccessDenied"), "rest-xml": (403, "AccessDenied"),
          "query": (403, "AccessDenied"), "json": (400, "AccessDeniedException"),
          "rest-json": (403, "AccessDeniedException"), "cbor": (400, "AccessDeniedException")}
THROTTLED = {"ec2": (503, "RequestLimitExceeded"), "s3": (503, "SlowDown"), "rest-xml": (400, "Throttling"),
             "query": (400, "Throttling"), "json": (400, "ThrottlingException"),
             "rest-json": (429, "TooManyRequestsException"), "cbor": (400, "ThrottlingException")}
BAD_TOKEN = {"ec2": (401, "AuthFailure"), "s3": (403, "InvalidAccessKeyId"), "rest-xml": (403, "InvalidClientTokenId"),
             "query": (403, "InvalidClientTokenId"), "json": (400, "UnrecognizedClientException"),
             "rest-json": (403, "UnrecognizedClientException"), "cbor": (400, "UnrecognizedClientException")}


def denied(call, message):
    status, code = DENIED[call.protocol]
    return error(call, status, code, message)


def throttled(call):
    status, code = THROTTLED[call.protocol]
    return error(call, status, code, "Rate exceeded")


def bad_token(call):
    status, code = BAD_TOKEN[call.protocol]
    return error(call, status, code, "The security token included in the request is invalid")
