import type { Block } from "./document.ts";
import { text } from "./document.ts";
import { quoted, scriptString } from "./examples/quoting.ts";

/** What a resource server is set to. */
export interface Verification {
  issuer: string;
  jwksUri: string;
  audience: string;
  algorithms: readonly string[];
  /** Of the access tokens' header. */
  type: string;
  /** Claims that every access token has. */
  required: readonly string[];
  /** Allowed difference between clocks, s. */
  tolerance: number;
}

/** Whole programs that verify the token in `ACCESS_TOKEN` and print its claims, each under its library's name. */
export function verifyingExamples(to: Verification): Block[] {
  return [
    text("Node.js, `@regrant/verify`:"),
    { kind: "code", language: "node", code: withRegrant(to) },
    text("Node.js, `jose`:"),
    { kind: "code", language: "jose", code: withJose(to) },
    text("Python, `PyJWT`:"),
    { kind: "code", language: "python", code: withPyJwt(to) },
  ];
}

function withRegrant({ issuer, audience }: Verification): string {
  return `import { createVerifier } from "@regrant/verify";

const verifier = createVerifier({
  issuer: ${scriptString(issuer)},
  audience: ${scriptString(audience)},
});

const verdict = await verifier.verify({
  headers: { authorization: \`Bearer \${process.env.ACCESS_TOKEN}\` },
});
if (verdict.outcome === "refused") throw new Error(verdict.refusal.cause);
console.log(JSON.stringify(verdict.token.claims));`;
}

function withJose({
  issuer,
  jwksUri,
  audience,
  algorithms,
  type,
  required,
  tolerance,
}: Verification): string {
  return `import { createRemoteJWKSet, jwtVerify } from "jose";

const keys = createRemoteJWKSet(new URL(${scriptString(jwksUri)}));

const { payload } = await jwtVerify(process.env.ACCESS_TOKEN, keys, {
  issuer: ${scriptString(issuer)},
  audience: ${scriptString(audience)},
  typ: ${scriptString(type)},
  algorithms: [${algorithms.map(scriptString).join(", ")}],
  requiredClaims: [${required.map(scriptString).join(", ")}],
  clockTolerance: ${tolerance},
});
console.log(JSON.stringify(payload));`;
}

/** PyJWT does not check `typ`. */
function withPyJwt({
  issuer,
  jwksUri,
  audience,
  algorithms,
  type,
  required,
  tolerance,
}: Verification): string {
  return `import json
import os

import jwt

keys = jwt.PyJWKClient(${quoted(jwksUri)})

token = os.environ["ACCESS_TOKEN"]
if jwt.get_unverified_header(token).get("typ") != ${quoted(type)}:
    raise SystemExit("not an access token")
claims = jwt.decode(
    token,
    keys.get_signing_key_from_jwt(token).key,
    algorithms=[${algorithms.map(quoted).join(", ")}],
    issuer=${quoted(issuer)},
    audience=${quoted(audience)},
    leeway=${tolerance},
    options={"require": [${required.map(quoted).join(", ")}]},
)
print(json.dumps(claims))`;
}
