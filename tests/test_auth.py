"""Who may ask: API keys and tokens, on both hosts. What they may read is in test_tables_of_a_key.py."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import re
import time
from contextlib import contextmanager
from pathlib import Path

import jwt
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa

import problems
import servers
from client import Answer, Client
from test_records import ended, records

KEY = "polaroid_first"
PREFIX = "polaroid_fir"
LONGER = "polaroid_first_and_more"
ODD = "schlüssel-ключ-鍵"
SECRET = "a secret of more than thirty-two bytes"
CHALLENGE = 'Bearer realm="polaroid"'
INVALID = 'Bearer realm="polaroid", error="invalid_token"'


def entry(name: str, key: str, **more: object) -> str:
    return json.dumps({"name": name, "sha256": hashlib.sha256(key.encode()).hexdigest(), **more})


KEYS = "\n".join([
    entry("first", KEY), entry("longer", LONGER), entry("odd", ODD),
    entry("limited", "polaroid_limited", max_rows=2, timeout_ms=60_000),
    entry("late", "polaroid_late", timeout_ms=1),
])


@pytest.fixture(scope="module", params=servers.HOSTS)
def host(request: pytest.FixtureRequest) -> str:
    return request.param


@contextmanager
def serve(host: str, root: Path, **env: str):
    with servers.serve(host, {"data": root / "data"}, env) as client:
        yield client


@pytest.fixture(scope="module")
def keyed(host: str, root: Path):
    with serve(host, root, POLAROID_API_KEYS=KEYS) as client:
        yield client


def ask(client: Client, sql: str = "SELECT 1 AS one", **headers: str) -> Answer:
    headers = {name.replace("_", "-"): value.encode() for name, value in headers.items()}
    return client.request("POST", "/query", json.dumps({"sql": sql}), {"Content-Type": "application/json", **headers})


def bearer(client: Client, credential: str, **more: str) -> Answer:
    return ask(client, Authorization=f"Bearer {credential}", **more)


def refused(answer: Answer, code: str = "invalid_credential") -> str:
    detail = problems.check(answer, code)["detail"]
    assert answer.headers["WWW-Authenticate"] == (CHALLENGE if code == "unauthenticated" else INVALID)
    return detail


# --- keys ---------------------------------------------------------------------------------------


def test_a_key_in_either_header(keyed: Client):
    for key in (KEY, LONGER, ODD):
        for answer in (bearer(keyed, key), ask(keyed, Authorization=f"bearer  {key}"), ask(keyed, X_API_Key=key),
                       bearer(keyed, key, X_API_Key=key)):
            assert answer.status == 200, answer.body
            assert "WWW-Authenticate" not in answer.headers


@pytest.mark.parametrize("headers", [{}, {"Authorization": f"Basic {KEY}"}, {"Authorization": KEY}])
def test_no_credential(keyed: Client, headers: dict):
    assert KEY not in refused(ask(keyed, **headers), "unauthenticated")


@pytest.mark.parametrize("key", [
    PREFIX, KEY + "x", KEY.upper(), "", hashlib.sha256(KEY.encode()).hexdigest(), "x" * 8192, ODD[:-1], "a.b.c",
    KEY + "\t" + KEY,
])
def test_a_wrong_key(keyed: Client, key: str):
    """Also those that are the beginning of a right one, begin with it, or are what is stored of it."""
    for answer in (bearer(keyed, key), ask(keyed, X_API_Key=key)):
        detail = refused(answer)
        assert key == "" or key not in detail


def test_a_credential_is_sent_once_and_is_not_long(keyed: Client):
    assert "different" in refused(bearer(keyed, KEY, X_API_Key=LONGER))
    assert "8192" in refused(bearer(keyed, "x" * 8193))
    connection = keyed.connect()
    connection.putrequest("GET", "/tables")
    for _ in range(2):
        connection.putheader("X-API-Key", KEY)
    connection.endheaders()
    answer = connection.getresponse()
    assert (answer.status, json.loads(answer.read())["code"]) == (401, "invalid_credential")
    connection.close()


@pytest.mark.parametrize("path", ["/tables", "/tables/people", "/version", "/nothing", "/query?sql=SELECT+1", "/query?x=1"])
def test_every_route_wants_a_credential(keyed: Client, path: str):
    refused(keyed.get(path), "unauthenticated")
    refused(keyed.request("PUT", path), "unauthenticated")


def test_but_not_those_of_operations(keyed: Client):
    for path in ("/healthz", "/readyz"):
        assert keyed.get(path).status == 200
        assert keyed.get(path, Authorization="Bearer nobody").status == 200


def test_the_limits_of_a_key(keyed: Client):
    numbers = "SELECT * FROM generate_series(1, 5)"
    answer = ask(keyed, numbers, X_API_Key="polaroid_limited").json()
    assert (answer["rows"], answer["truncated"]) == (2, True)
    body = json.dumps({"sql": numbers, "max_rows": 4})
    headers = {"Content-Type": "application/json", "X-API-Key": "polaroid_limited"}
    assert keyed.request("POST", "/query", body, headers).json()["rows"] == 2
    assert keyed.request("POST", "/query", body.replace("4", "1"), headers).json()["rows"] == 1
    slow = "SELECT SUM(a.id * b.id) AS s FROM people AS a CROSS JOIN people AS b CROSS JOIN people AS c"
    problems.check(ask(keyed, slow, X_API_Key="polaroid_late"), "deadline_exceeded")


def test_keys_in_a_file_that_is_no_table(host: str, root: Path, tmp_path: Path):
    """And a change of it holds from the next request on."""
    keys = tmp_path / "keys.json"
    keys.write_text(entry("first", KEY) + "\n")
    dirs = {"keys": tmp_path, "data": root / "data"}
    with servers.serve(host, dirs, {"POLAROID_API_KEYS_FILE": "/keys/keys.json"}) as client:
        assert bearer(client, KEY).status == 200
        refused(bearer(client, LONGER))
        listed = client.get("/tables", Authorization=f"Bearer {KEY}").json()["tables"]
        assert listed and not [table for table in listed if table["root"] == "keys"]
        for name in ("keys", "keys.keys", "'keys.json'", "'*.json'", "read_json('keys.json')", "read_csv('k*')"):
            answer = ask(client, f"SELECT * FROM {name}", X_API_Key=KEY)
            problems.check(answer, "unknown_table")
        assert b"keys.json" not in ask(client, "SELECT * FROM glob('**')", X_API_Key=KEY).body
        with keys.open("a") as file:
            file.write(entry("longer", LONGER) + "\n")
        assert bearer(client, LONGER).status == 200


# --- tokens -------------------------------------------------------------------------------------


def claims(**more: object) -> dict:
    return {"exp": int(time.time()) + 600, **more}


def public(key) -> str:
    """The public half, as PEM."""
    form = (serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    return key.public_key().public_bytes(*form).decode()


def part(value: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()


SIGNERS = {
    "HS256": SECRET,
    "RS256": rsa.generate_private_key(65537, 2048),
    "ES256": ec.generate_private_key(ec.SECP256R1()),
    "EdDSA": ed25519.Ed25519PrivateKey.generate(),
}
WRONG = {
    "HS256": SECRET + "!",
    "RS256": rsa.generate_private_key(65537, 2048),
    "ES256": ec.generate_private_key(ec.SECP256R1()),
    "EdDSA": ed25519.Ed25519PrivateKey.generate(),
}


@pytest.fixture(scope="module", params=SIGNERS)
def signed(request: pytest.FixtureRequest, host: str, root: Path):
    """A server for one algorithm, and how to sign for it."""
    algorithm, key = request.param, SIGNERS[request.param]
    variables = (
        {"POLAROID_JWT_SECRET": key} if algorithm == "HS256" else {"POLAROID_JWT_PUBLIC_KEY": public(key)}
    )
    with serve(host, root, POLAROID_JWT_ISSUER="joe", POLAROID_JWT_AUDIENCE="us,them", **variables) as client:
        yield client, algorithm, key


def token(algorithm: str, key, header: dict | None = None, **more: object) -> str:
    return jwt.encode(claims(**({"iss": "joe", "aud": "us"} | more)), key, algorithm, headers=header)


def test_a_token(signed):
    client, algorithm, key = signed
    assert bearer(client, token(algorithm, key)).status == 200
    assert bearer(client, token(algorithm, key, aud=["others", "them"], nbf=int(time.time()) + 10)).status == 200
    assert bearer(client, token(algorithm, key, header={"kid": "any"})).status == 200


def test_what_is_wrong_with_a_token_that_is_signed(signed):
    client, algorithm, key = signed
    now = int(time.time())
    for more, text in [
        ({"exp": now - 60}, "expired"), ({"nbf": now + 60}, "not valid yet"), ({"aud": "others"}, "audience"),
        ({"aud": ["others"]}, "audience"), ({"iss": "jo"}, "issuer"),
    ]:
        assert text in refused(bearer(client, token(algorithm, key, **more)))
    for name in ("exp", "iss", "aud"):
        left = {claim: value for claim, value in claims(iss="joe", aud="us").items() if claim != name}
        assert name in refused(bearer(client, jwt.encode(left, key, algorithm)))


def test_what_is_not_signed_learns_nothing(signed):
    """Not even that it has expired: all of these have."""
    client, algorithm, key = signed
    now = int(time.time())
    old = {"iss": "joe", "aud": "us", "exp": now - 3600}
    good = jwt.encode(old | {"exp": now + 600}, key, algorithm)
    header, body, signature = good.split(".")
    pem = "" if algorithm == "HS256" else public(key)

    def with_secret(name: str, secret: str) -> str:
        message = f"{part({'alg': name, 'typ': 'JWT'})}.{part(old | {'exp': now + 600})}"
        digest = hmac.digest(secret.encode(), message.encode(), "sha256")
        return f"{message}.{base64.urlsafe_b64encode(digest).rstrip(b'=').decode()}"

    bad = [
        jwt.encode(old, WRONG[algorithm], algorithm),
        # the signature of another text, a part of one, none
        f"{header}.{part(old)}.{signature}", f"{header}.{body}.{signature[:-4]}", f"{header}.{body}.",
        f"{header}.{body}.{signature[::-1]}", f"{part({'alg': 'ES384'})}.{body}.{signature}",
        # no algorithm, whatever it is called
        *(f"{part({'alg': name, 'typ': 'JWT'})}.{body}." for name in ("none", "None", "NONE", "nOnE", "")),
        # the public key, which everybody has, as the secret
        with_secret("HS256", pem), with_secret("HS256", pem.strip()), with_secret("RS256", pem),
        # a key that the token brings with it
        jwt.encode(old, WRONG[algorithm], algorithm, headers={"jku": "http://127.0.0.1:9/keys", "kid": "../../etc/passwd"}),
        jwt.encode(old | {"exp": now + 600}, key, algorithm, headers={"crit": ["x"], "x": 1}),
        # no tokens
        "..", "a.b.c", "é.é.é", f"{header}.{body}.{signature}é", "x" * 8000 + "..", header, "",
    ]
    details = {refused(bearer(client, text)) for text in bad if text}
    assert len(details) == 1, details
    assert "8192" in refused(bearer(client, f"{header}.{part(old | {'pad': 'x' * 8192})}.{signature}"))


@pytest.fixture(scope="module")
def jwks(host: str, root: Path):
    keys = []
    for algorithm in ("RS256", "ES256", "EdDSA"):
        made = jwt.get_algorithm_by_name(algorithm).to_jwk(SIGNERS[algorithm].public_key(), as_dict=True)
        keys.append(made | {"kid": algorithm.lower(), "use": "sig"})
    other = jwt.get_algorithm_by_name("RS256").to_jwk(WRONG["RS256"].public_key(), as_dict=True)
    keys.append(other | {"kid": "next", "alg": "RS256"})
    keys.append({"kty": "oct", "kid": "oct", "k": part(SECRET)})
    variables = {"POLAROID_JWT_JWKS": json.dumps({"keys": keys}), "POLAROID_JWT_TABLES_CLAIM": "tables",
                 "POLAROID_API_KEYS": KEYS}
    with serve(host, root, **variables) as client:
        yield client


def test_a_set_of_keys(jwks: Client):
    for algorithm in ("RS256", "ES256", "EdDSA"):
        made = jwt.encode(claims(), SIGNERS[algorithm], algorithm, headers={"kid": algorithm.lower()})
        assert bearer(jwks, made).status == 200
        # `next` is another RSA key: a token without a name could be of either
        unnamed = jwt.encode(claims(), SIGNERS[algorithm], algorithm)
        assert bearer(jwks, unnamed).status == (401 if algorithm == "RS256" else 200)
        refused(bearer(jwks, jwt.encode(claims(), SIGNERS[algorithm], algorithm, headers={"kid": "nobody"})))
        refused(bearer(jwks, jwt.encode(claims(), SIGNERS[algorithm], algorithm, headers={"kid": "next"})))
    refused(bearer(jwks, jwt.encode(claims(), SECRET, "HS256", headers={"kid": "oct"})))
    # no audience is configured, so that one that is named is not us
    assert "audience" in refused(bearer(jwks, jwt.encode(claims(aud="us"), SIGNERS["ES256"], "ES256")))


def test_tokens_and_keys_beside_each_other(jwks: Client):
    assert bearer(jwks, KEY).status == 200
    made = jwt.encode(claims(), SIGNERS["ES256"], "ES256")
    assert bearer(jwks, made).status == 200
    refused(ask(jwks, X_API_Key=made))


def test_a_claim_of_tables(jwks: Client):
    def tables(**more: object) -> set[str]:
        made = jwt.encode(claims(**more), SIGNERS["ES256"], "ES256")
        answer = jwks.get("/tables", Authorization=f"Bearer {made}")
        return {table["name"] for table in answer.json()["tables"]} if answer.status == 200 else refused(answer)

    assert tables() == set()
    assert tables(tables=["people"]) == tables(tables="people nothing") == {"people"}
    assert tables(tables=["other.people"]) == set()
    assert "tables" in tables(tables=[5])


# --- configuration ------------------------------------------------------------------------------


@pytest.mark.parametrize("variables, shown", [
    ({"POLAROID_API_KEYS": ""}, "POLAROID_API_KEYS is empty"),
    ({"POLAROID_API_KEYS": entry("ci", KEY)[:-5]}, "entry 1"),
    ({"POLAROID_API_KEYS": entry("ci", KEY) + entry("ci", LONGER)}, '"ci"'),
    ({"POLAROID_API_KEYS": entry("ci", KEY, table=["a"])}, "entry 1"),
    ({"POLAROID_API_KEYS_FILE": "/data/nothing.json"}, "/data/nothing.json"),
    ({"POLAROID_API_KEYS": entry("ci", KEY), "POLAROID_API_KEYS_FILE": "/data/k"}, "set one of them"),
    ({"POLAROID_JWT_SECRET": "short-secret"}, "too short"),
    ({"POLAROID_JWT_PUBLIC_KEY": "short-secret"}, "PEM"),
    ({"POLAROID_JWT_ISSUER": "joe"}, "POLAROID_JWT_ISSUER"),
])
def test_a_mistake_closes_everything(host: str, root: Path, variables: dict, shown: str):
    with serve(host, root, **variables) as client:
        for answer in (ask(client), bearer(client, KEY), client.get("/tables"), client.get("/version")):
            text = problems.check(answer, "invalid_configuration")["detail"]
            assert shown in text, text
            assert hashlib.sha256(KEY.encode()).hexdigest()[:20] not in text and "short-secret" not in text


@pytest.mark.skipif("wasmtime" not in servers.HOSTS, reason="wasmtime serve is left out")
def test_a_record_has_the_name_and_no_secret(root: Path):
    with serve("wasmtime", root, POLAROID_API_KEYS=KEYS, POLAROID_JWT_SECRET=SECRET, POLAROID_RECORDS="stdout",
               POLAROID_RECORD_SQL="1") as client:
        made = jwt.encode(claims(sub="ada"), SECRET, "HS256")
        for credential, name in ((KEY, "first"), (made, "ada"), (jwt.encode(claims(), SECRET, "HS256"), "jwt")):
            before = len(records(client))
            assert bearer(client, credential).status == 200
            assert ended(client, before)[0]["principal"] == name
        before = len(records(client))
        refused(bearer(client, "polaroid_wrong"))
        (answered,) = ended(client, before)
        assert (answered["status"], answered["code"]) == (401, "invalid_credential")
        log = client.process.log()
        shown = [text for text in (KEY, made, SECRET, "polaroid_wrong") if text in log]
        # what the host was started with is not in its log
        assert not shown and not re.search(r"[0-9a-f]{64}", log)
