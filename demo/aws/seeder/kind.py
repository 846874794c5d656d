"""A kind of resource: which call creates it, and how what it is given and gives back is called.

Most kinds are one line of a table in seeder/kinds/. What an estate file writes under `with` are the parameters
of the create call, and each entry under `then` is a further call; parameters that only name the resource
again are filled in, and a mapping given where the API wants text is sent as JSON.
"""

import json
from dataclasses import dataclass, field

import botocore.exceptions
import jmespath

from .estate import EstateError, fill, merge

KINDS = {}


@dataclass
class Kind:
    service: str
    create: str = ""  # method of the boto3 client; "" when there is nothing to create
    name: str = ""  # parameter of the create call that takes the name
    id: str = ""  # where the answer has the id (JMESPath); "" means the name
    arn: str = ""  # where the answer has the ARN, or its form with $(...) references
    keys: dict = field(default_factory=dict)  # parameter of further calls -> name, id or arn
    defaults: dict = field(default_factory=dict)  # parameters of the create call unless given
    tagged: str = ""  # resource type of TagSpecifications; EC2's resources show their name as a tag
    read: str = ""  # method that reads it back, for the self-check
    type: str = ""  # in expectations, when it is not the kind's own name
    element: bool = False  # judged as an element of the resource that the ARN names, and told from others there by its name
    make: object = None  # make(place, spec, params) -> {"id":, "arn":}: creates in place of the call


def register(**kinds):
    for name, kind in kinds.items():
        kind.type = kind.type or name
        KINDS[name] = kind


def build(place, spec):
    """Creates a resource and makes its further calls; its id, ARN and name."""
    kind = KINDS[spec.kind]
    place.current = {"name": spec.name, "n": f"{spec.number:02d}"}
    params = merge(fill(kind.defaults, place.lookup), fill(spec.params, place.lookup))
    params = {k: v for k, v in params.items() if v is not None}
    place.current.update({f"with.{k}": v for k, v in params.items() if isinstance(v, str)})
    if kind.make:
        made = kind.make(place, spec, params)
    else:
        made = _create(place, kind, spec, params) if kind.create else {}
    built = {"name": spec.name, "id": made.get("id") or spec.name}
    place.current.update(built)
    built["arn"] = made.get("arn") or fill(kind.arn, place.lookup)
    place.remember(spec, built)
    for entry in spec.then:
        _follow(place, kind, spec, built, entry)
    return built


def _create(place, kind, spec, params):
    if kind.name:
        params.setdefault(kind.name, spec.name)
    answer = call(place, spec, kind.service, kind.create, {**_tags(place, kind, spec, params), **params})
    made = {"id": jmespath.search(kind.id, answer) if kind.id else spec.name}
    if kind.arn and not kind.arn.startswith("arn:"):
        made["arn"] = jmespath.search(kind.arn, answer)
    return made


def _tags(place, kind, spec, params):
    """The tags as the create call wants them; none when it takes none."""
    tags = {**spec.tags, **({"Name": spec.name} if kind.tagged else {})}
    if kind.tagged:
        rows = [{"Key": k, "Value": v} for k, v in tags.items()]
        return {"TagSpecifications": [{"ResourceType": kind.tagged, "Tags": rows}]}
    members = place.client(kind.service).meta.service_model.operation_model(
        _operation(place, kind.service, kind.create)).input_shape.members
    for name in ("Tags", "tags", "TagList", "TagsList"):
        if tags and name in members and name not in params:
            return {name: tag_rows(members[name], tags)}
    return {}


def tag_rows(shape, tags):
    if shape.type_name == "map":
        return tags
    key, value = [next(m for m in shape.member.members if m.lower().endswith(end)) for end in ("key", "value")]
    return [{key: k, value: v} for k, v in tags.items()]


def _follow(place, kind, spec, built, entry):
    for method, params in entry.items():
        service, _, method = method.rpartition(".")
        params = {**names_of(place, kind, built, service or kind.service, method), **fill(params or {}, place.lookup)}
        call(place, spec, service or kind.service, method, params)


def names_of(place, kind, built, service, method):
    """The parameters of a method that only say which resource is meant."""
    shape = place.client(service).meta.service_model.operation_model(_operation(place, service, method)).input_shape
    members = shape.members if shape else {}
    named = {key: built[attribute] for key, attribute in kind.keys.items()}
    named.update({key + "s": [value] for key, value in named.items()})
    return {key: value for key, value in named.items() if key in members}


def _operation(place, service, method):
    try:
        return place.client(service).meta.method_to_api_mapping[method]
    except KeyError:
        raise EstateError(f"{service} has no method {method!r}") from None


def call(place, spec, service, method, params):
    client = place.client(service)
    shape = client.meta.service_model.operation_model(_operation(place, service, method)).input_shape
    try:
        return getattr(client, method)(**_as_text(shape, params))
    except botocore.exceptions.ClientError as problem:
        error = problem.response["Error"]
        raise EstateError(f"{spec}: {service}.{method}: {error['Code']}: {error['Message']}") from None
    except (botocore.exceptions.BotoCoreError, TypeError) as problem:
        raise EstateError(f"{spec}: {service}.{method}: {' '.join(str(problem).split())}") from None


def _as_text(shape, value):
    """Value with JSON text where the shape is a string and a mapping or list was given."""
    if shape is None:
        return value
    if shape.type_name == "structure" and isinstance(value, dict):
        return {k: _as_text(shape.members.get(k), v) for k, v in value.items()}
    if shape.type_name == "list" and isinstance(value, list):
        return [_as_text(shape.member, v) for v in value]
    if shape.type_name == "map" and isinstance(value, dict):
        return {k: _as_text(shape.value, v) for k, v in value.items()}
    if shape.type_name == "string" and not isinstance(value, str):
        return json.dumps(value)
    return value
