import type { CauseSpec } from "../codes.ts";

/** Proofs of possession (RFC 9449). */
export const SENDER_CAUSES = {
  dpop_proof_invalid: {
    code: "invalid_dpop_proof",
    description: "The {parameter} proof is not valid: {violation}.",
    meaning:
      "The `DPoP` header is not a valid proof for this request (RFC 9449 section 4.3); the text says why.",
  },
  dpop_proof_missing: {
    code: "invalid_dpop_proof",
    description: "A DPoP proof is required of this client.",
    meaning:
      "The client has `--dpop-bound`, and its request has no `DPoP` header (RFC 9449 section 5.2). Nothing is spent.",
  },
  // RFC 9449 §8: the response has the nonce in `DPoP-Nonce`.
  dpop_nonce_needed: {
    code: "use_dpop_nonce",
    description: "The DPoP proof must have the nonce of this response.",
    meaning:
      "Normal with `dpopNonce` on: at a client's first request, and when its nonce is older than 10 minutes. Logged at level " +
      "`debug`.",
  },
  proof_used: {
    code: "invalid_dpop_proof",
    description: "The DPoP proof was used before. Make one for each request.",
    meaning: "A proof with this key and `jti` was presented before, at any node. Nothing is spent.",
  },
  // RFC 9449 §10.1
  dpop_jkt_mismatch: {
    code: "invalid_dpop_proof",
    description: "The parameter dpop_jkt is not the thumbprint of the key of the DPoP proof.",
    meaning: "A pushed authorization request names one key and proves another (RFC 9449 section 10.1).",
  },
} as const satisfies Record<string, CauseSpec>;
