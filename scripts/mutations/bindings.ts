import type { RuleMutation } from "./apply.ts";

const PROOF =
  "§4.3 (RFC 9449): A proof is one JWS of the type `dpop+jwt`, by a public key in it, with an asymmetric algorithm that is accepted";
const ONCE = "§4.3, §11.1 (RFC 9449): It is for this method, URL and token, new, and used once";
const BEARER =
  "§7.1, §7.2 (RFC 9449): A bound token is not accepted as a bearer token, nor an unbound one with the scheme DPoP";
const NONCE = "§9 (RFC 9449): A resource server may require its nonces";
const CERTIFICATE =
  "§3 (RFC 8705): A token that is bound to a certificate is accepted with that certificate alone";
const CHALLENGE = "§3 (RFC 9470): A resource server says which authentication a request needs";
const STEP_UP =
  "§4, §5 (RFC 9470): The authorization server authenticates as requested, or says that it cannot";

/** Of tokens that are bound to a key, and of what an API needs besides. */
export const BINDING_MUTATIONS: readonly RuleMutation[] = [
  {
    rule: PROOF,
    file: "verify/src/dpop-proof.ts",
    replace: "!algorithms.includes(alg)",
    by: "false",
    test: "each default algorithm is accepted, and RS256 only where it is allowed",
  },
  {
    rule: ONCE,
    file: "verify/src/dpop-proof.ts",
    replace: 'if (!expected.urls.some((own) => isSameUri(own, url))) return "proof_wrong_url";',
    by: "",
    test: "the proof names the URL that the client saw: below the base URLs, whatever the Host header and the router say",
  },
  {
    rule: ONCE,
    file: "verify/src/proof-replays.ts",
    replace: "if (known.has(id)) return false;",
    by: "",
    test: "a proof is used once, by one key; another key's with the same jti is another one",
  },
  {
    rule: ONCE,
    file: "verify/src/proof-replays.ts",
    replace: "if (second <= this.#droppedUntil) return false;",
    by: "",
    test: "what does not fit is not forgotten: proofs as old as the dropped ones are refused",
  },
  {
    rule: BEARER,
    file: "verify/src/sender.ts",
    replace: 'if (jkt !== undefined && scheme !== "DPoP") return "sender_constrained";',
    by: "",
    test: "a bound token is refused as a bearer token, an unbound one with the scheme DPoP",
  },
  {
    rule: BEARER,
    file: "verify/src/sender.ts",
    replace: 'if (isEmpty || Object.keys(others).length > 0) return "sender_constrained";',
    by: "",
    test: "a token that is bound in an unknown way is refused",
  },
  {
    rule: NONCE,
    file: "verify/src/nonces.ts",
    replace: "[period - 1, period, period + 1]",
    by: "[period - 2, period - 1, period, period + 1]",
    test: "with nonces, a proof without one is refused with the next, which all instances with the secret accept",
  },
  {
    rule: CERTIFICATE,
    file: "verify/src/sender.ts",
    replace: 'if (presentedOne !== thumbprint) return "wrong_certificate";',
    by: "",
    test: "a token that is bound to a certificate (RFC 8705 §3) › is accepted with the certificate of the TLS connection, and with no other",
  },
  {
    rule: CHALLENGE,
    file: "verify/src/requirement.ts",
    replace: "(acr !== undefined && acrValues.includes(acr))",
    by: "acr !== undefined",
    test: "a request may require how and when the user authenticated, and the response says what (RFC 9470 §3)",
  },
  {
    rule: STEP_UP,
    file: "server/src/endpoints/authorize.ts",
    replace: "if (acrValues.length > 0 && (acr === null || !acrValues.includes(acr))) return false;",
    by: "",
    test: "with the provider's login page › a pushed request is as strict, and met by the sign-in that it leads to",
  },
];
