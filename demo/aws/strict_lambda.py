"""Policies of Lambda as AWS writes them: how a web address is called stands in a condition, not beside the statement."""

import json

import wire

CONDITIONS = {"FunctionUrlAuthType": ("StringEquals", "lambda:FunctionUrlAuthType"),
              "InvokedViaFunctionUrl": ("Bool", "lambda:InvokedViaFunctionUrl")}


def write_conditions(call, response):
    """GetPolicy and AddPermission; moto keeps the words of the request in the statement."""
    part = {"lambda:GetPolicy": "Policy", "lambda:AddPermission": "Statement"}.get(call.name)
    answer = json.loads(response.body) if part else {}
    if not isinstance(answer.get(part), str):
        return response
    document = json.loads(answer[part])
    for statement in document.get("Statement", []) if part == "Policy" else [document]:
        _move(statement)
    answer[part] = json.dumps(document)
    return wire.Response(response.status, response.headers, json.dumps(answer).encode())


def _move(statement):
    for word, (operator, key) in CONDITIONS.items():
        if word in statement:
            value = statement.pop(word)
            value = str(value).lower() if isinstance(value, bool) else value
            statement.setdefault("Condition", {}).setdefault(operator, {})[key] = value
