"""RPC v2 CBOR, which the Go SDK speaks to CloudWatch and moto does not: asked and answered as JSON, by botocore's own coders."""

import io
import json

from botocore.parsers import create_parser
from botocore.serialize import create_serializer

import wire

CBOR = "smithy-rpc-v2-cbor"


def ask_as_json(call, environ, ask):
    """The answer of ask(environ) to a CBOR call, in CBOR."""
    _, _, service, _, operation = call.path.split("/")
    body = json.dumps(_decoded(call.body), default=lambda time: time.timestamp()).encode()
    environ.pop("HTTP_SMITHY_PROTOCOL")
    environ.update({"PATH_INFO": "/", "REQUEST_URI": "/", "RAW_URI": "/", "CONTENT_TYPE": "application/x-amz-json-1.0",
                    "CONTENT_LENGTH": str(len(body)), "wsgi.input": io.BytesIO(body),
                    "HTTP_X_AMZ_TARGET": f"{service}.{operation}"})
    response = ask(environ)
    return _answer(call, response) if response.body[:1] == b"{" else response


def _answer(call, response):
    value = json.loads(response.body)
    if response.status >= 300:
        return wire.error(call, response.status, value["__type"].rsplit("#", 1)[-1], value.get("message", value.get("Message", "")))
    encoded, shape = bytearray(), wire.operation_model(call).output_shape
    if shape:
        create_serializer(CBOR, include_validation=False)._serialize_data_item(encoded, _known(value, shape), shape)
    return wire.Response(response.status, [("Content-Type", "application/cbor"), ("smithy-protocol", "rpc-v2-cbor")], bytes(encoded))


def _known(value, shape):
    """Value without what its shape does not have."""
    if shape.type_name == "structure":
        return {k: _known(v, shape.members[k]) for k, v in value.items() if k in shape.members and v is not None}
    if shape.type_name == "list":
        return [_known(item, shape.member) for item in value]
    return value


def _decoded(body):
    parser = create_parser(CBOR)
    return parser.parse_data_item(parser.get_peekable_stream_from_bytes(body)) if body else {}
