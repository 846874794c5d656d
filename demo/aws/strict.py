"""Strict: WSGI middleware that keeps moto from misleading a scanner.

The promise: an answer is AWS's answer, or it says that it is not. Whatever moto cannot do is refused with
501 NotImplemented in the protocol of the call, and where moto is known to answer wrongly a rule of the
strict_* files answers instead. Requests go through one at a time, because moto's state is not thread-safe.
"""

import http.client
import threading

import faults
import strict_accounts
import strict_answers
import strict_cbor
import strict_iam
import strict_lambda
import strict_off
import strict_regions
import strict_s3
import strict_trail
import wire

# Rules that may answer before moto does, the first answer wins: rule(call) -> Response or None.
BEFORE = (strict_regions.refuse_disabled, strict_regions.answer, strict_s3.refuse_unknown, strict_s3.answer,
          strict_off.answer, strict_answers.answer, strict_trail.answer,
          strict_accounts.refuse_assume_role)
# Rules that see each success of moto: rule(call, response) -> Response.
AFTER = (strict_s3.apply_defaults, strict_accounts.complete_organization, strict_accounts.complete_create_account,
         strict_iam.complete_credential_report, strict_off.keep_restorable_snapshots, strict_lambda.write_conditions,
         strict_trail.remember)


class Strict:
    def __init__(self, app):
        self._app = app
        self._faults = faults.Faults()
        self._lock = threading.Lock()

    def __call__(self, environ, start_response):
        wire.as_local(environ)
        if environ["PATH_INFO"].startswith("/moto-api/"):
            return self._app(environ, start_response)
        if environ["PATH_INFO"].startswith("/_stance/"):
            response = self._control(environ)
        else:
            call = wire.read(environ)
            response = self._faults.answer(call) or self._answer(call, environ)
        headers = response.headers
        if environ["REQUEST_METHOD"] != "HEAD":  # whose length is that of what GET would give
            headers = [*headers, ("Content-Length", str(len(response.body)))]
        start_response(f"{response.status} {http.client.responses.get(response.status, 'Unknown')}", headers)
        return [response.body]

    def _control(self, environ):
        path, request = environ["PATH_INFO"].removeprefix("/_stance/"), wire.read(environ)
        try:
            with self._lock:
                return wire.json_response(200, self._faults.control(path, request) or strict_iam.control(path, request))
        except (KeyError, ValueError, TypeError) as problem:
            return wire.json_response(400, {"error": f"/_stance/{path}: {problem}"})

    def _answer(self, call, environ):
        """The answer of the rules and of moto; 501 where either stumbles, so that no crash looks like AWS."""
        with self._lock:
            try:
                return self._ruled(call, environ)
            except NotImplementedError:
                return wire.unsupported(call, "no such operation")
            except Exception as problem:
                return wire.unsupported(call, f"{type(problem).__name__}: {problem}")

    def _ask(self, environ):
        return _run(self._app, environ)

    def _ruled(self, call, environ):
        for rule in BEFORE:
            if response := rule(call):
                return response
        if call.protocol == "cbor":
            response = strict_cbor.ask_as_json(call, environ, self._ask)
        else:
            response = self._ask(environ)
        response = _spoken(call, response)
        for rule in AFTER if response.status < 300 else ():
            response = rule(call, response)
        return response


def _spoken(call, response):
    """moto's answer, or 501 when it is a server error, HTML, or nothing at all."""
    html = b"<html" in response.body[:200].lower() and response.header("Content-Type").startswith("text/html")
    if html or response.status >= 500:
        return wire.unsupported(call, f"the answer was HTTP {response.status} without an AWS error")
    if response.status == 404 and not response.body and call.method != "HEAD":
        return wire.unsupported(call, "no such operation")
    return response


def _run(app, environ):
    started = []
    chunks = app(environ, lambda status, headers, exc_info=None: started.append((status, headers)))
    try:
        body = b"".join(chunks)
    finally:
        if hasattr(chunks, "close"):
            chunks.close()
    status, headers = started[-1]
    if environ["REQUEST_METHOD"] != "HEAD":
        headers = [(k, v) for k, v in headers if k.lower() != "content-length"]
    return wire.Response(int(status.split()[0]), headers, body)
