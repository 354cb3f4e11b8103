import { hash } from "node:crypto";
import type { Client } from "../../store/store.ts";
import { rulesFor } from "../assertion-rules.ts";
import type { SignedJwt } from "../signed-jwt.ts";
import { assertionFault, rememberedFor } from "./client-assertion.ts";
import { ACCEPTED } from "./method.ts";
import type { AuthenticationMethod, LaterVerdict } from "./method.ts";

/** `private_key_jwt` (RFC 7523 §2.2): the client signs an assertion that is used once. */
export const privateKeyJwt: AuthenticationMethod = {
  judge(client, { credentials }) {
    if (credentials.method !== "private_key_jwt") return "auth_method_mismatch";
    const { tokenEndpointAuthSigningAlg: only } = client;
    const isOther = only !== null && credentials.assertion.header.alg !== only;
    return isOther ? "client_assertion_signature" : assertionVerdict(client, credentials.assertion);
  },
  examine(deps, credentials, now) {
    return credentials.method === "private_key_jwt"
      ? assertionFault(deps.assertionRules, credentials.assertion, now)
      : undefined;
  },
  async compareInVain(deps, credentials) {
    if (credentials.method !== "private_key_jwt") return;
    const { jws, header } = credentials.assertion;
    await deps.clientKeys.verifyInVain(jws, header);
  },
};

/** Verifies the signature, and then, so that strangers cost no round trip, uses the assertion up. */
export function assertionVerdict(client: Client, assertion: SignedJwt): LaterVerdict {
  const { jws, header, claims } = assertion;
  return async (deps) => {
    const fault = assertionFault(rulesFor(deps.assertionRules, client), assertion, deps.store.now());
    if (fault !== undefined) return fault;
    const verdict = await deps.clientKeys.verify(client, jws, header);
    if (verdict === "keys_unavailable") return "client_keys_unavailable";
    if (verdict !== "signed") return "client_assertion_signature";
    const isFirst = await deps.store.usedTokens.use(
      usedOnce(client.id, claims.jti),
      rememberedFor(claims, deps.store.now()),
    );
    return isFirst ? ACCEPTED : "client_assertion_used";
  };
}

/** RFC 7523 §3: `jti` is unique for its issuer, which is the client. */
function usedOnce(clientId: string, jti = ""): Buffer {
  return hash("sha256", JSON.stringify(["client_assertion", clientId, jti]), "buffer");
}
