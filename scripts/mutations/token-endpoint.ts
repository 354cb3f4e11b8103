import type { RuleMutation } from "./apply.ts";

const PROOF =
  "§4.3: A proof is one JWS of the type `dpop+jwt`, for this request, by a public key in it, with an accepted algorithm";
const BOUND =
  "§5: A public client's refresh token is bound to the key of its proof, a confidential client's is not";
const REQUIRED = "§5.2: `dpop_bound_access_tokens`: such a client's request without a proof is refused";
const NONCE = "§8: `use_dpop_nonce`, and the next nonce in time";
const ONCE = "§11.1: A proof is used once";
const POLICY =
  "§2.1 (RFC 8693): Who may exchange what, for whom and for which audience, the server's policy says";
const ASSERTION = "§3 (RFC 7523): An assertion is of a trusted issuer, for this service, in time and intact";
const ID_JAG =
  "§4.3 (ID-JAG): An identity assertion is for this client and service alone, and gets no refresh token";

/** Of proofs, exchanges and assertions at the token endpoint. */
export const TOKEN_ENDPOINT_MUTATIONS: readonly RuleMutation[] = [
  {
    rule: PROOF,
    file: "server/src/sender/dpop-proof.ts",
    replace: 'if (typ !== "dpop+jwt") throw invalid("its typ is not dpop+jwt");',
    by: "",
    test: "type, method, URL, time and jti must be those of the request",
  },
  {
    rule: BOUND,
    file: "server/src/sender/sender.ts",
    replace: "return client.public ? binding : null;",
    by: "return null;",
    test: "a public client's tokens are bound to the key of its proof, and nobody else can refresh them",
  },
  {
    rule: BOUND,
    file: "server/src/sender/sender.ts",
    replace: "return client.public ? binding : null;",
    by: "return binding;",
    test: "a confidential client's refresh token is bound to no key, and each access token to that of its own request",
  },
  {
    rule: REQUIRED,
    file: "server/src/sender/prove-sender.ts",
    replace: 'if (client.dpopBound && sender === undefined) throw new OAuthError("dpop_proof_missing");',
    by: "",
    test: "a client that must prove its key is refused without a proof, and nothing is spent",
  },
  {
    rule: NONCE,
    file: "server/src/sender/prove-sender.ts",
    replace: '!dpopNonces.isFresh(nonce ?? "", now)',
    by: "false",
    test: "with nonces, a client without one gets one, and the next one with each response",
  },
  {
    rule: ONCE,
    file: "server/src/sender/prove-sender.ts",
    replace: "!(await store.usedTokens.use(proof.digest, proof.ttl))",
    by: "false",
    test: "a proof is used once, by any grant type; a used one spends nothing",
  },
  {
    rule: POLICY,
    file: "server/src/grant-types/token-exchange.ts",
    replace: 'if (client.tokenExchange === "off") throw new OAuthError("exchange_not_allowed");',
    by: "",
    test: "nothing is exchanged unless the client's settings say so",
  },
  {
    rule: POLICY,
    file: "server/src/grant-types/scope.ts",
    replace: "limits.every((limit) => limit === undefined || limit.includes(scope))",
    by: "true",
    test: "the scope is narrowed, and never more than the token's or the client's",
  },
  {
    rule: ASSERTION,
    file: "server/src/grant-types/jwt-bearer.ts",
    replace: "!(await store.usedTokens.use(digest, Math.max(left, 1)))",
    by: "false",
    test: "an assertion is accepted once",
  },
  {
    rule: ID_JAG,
    file: "server/src/grant-types/assertions/verify-assertion.ts",
    replace: "named !== undefined && !ids.some((id) => id === named)",
    by: "false",
    test: "an identity assertion is refused for what is wrong in it, in one text",
  },
];
