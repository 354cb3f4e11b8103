import type { EndpointRequest } from "../clients/endpoint-request.ts";
import { mtlsAlias } from "../clients/mutual-tls.ts";
import type { Deps } from "../deps.ts";
import { OAuthError } from "../errors/oauth-error.ts";
import type { Client } from "../store/store.ts";
import { certificateSender } from "./certificate.ts";
import { checkDpopProof } from "./dpop-proof.ts";
import { BEARER, senderWith } from "./sender.ts";
import type { ProvedKey, Sender } from "./sender.ts";

/**
 * Checks the proofs of possession that come with the request of an authenticated client: a DPoP proof (RFC 9449 §5), and
 * the certificate of a client whose tokens are bound to one (RFC 8705 §3). It changes nothing: the proof is used up where
 * the request takes effect.
 *
 * @throws OAuthError `invalid_dpop_proof`, `use_dpop_nonce`, `invalid_request`
 */
export function proveSender(deps: Deps, client: Client, request: EndpointRequest): Sender {
  const sender = provedKey(deps, request);
  // RFC 9449 §5.2: such a client always proves its key at the token endpoint.
  if (client.dpopBound && sender === undefined) throw new OAuthError("dpop_proof_missing");
  // RFC 8705 §3: as with a certificate. Where both are proved, the tokens name the key.
  const bound = client.tlsBound ? certificateSender(request) : BEARER;
  return sender ?? bound;
}

/**
 * The key of the request's DPoP proof; undefined: it has none.
 *
 * @throws OAuthError `invalid_dpop_proof`, `use_dpop_nonce`
 */
export function provedKey(
  { dpopNonces, mutualTls, store }: Pick<Deps, "dpopNonces" | "mutualTls" | "store">,
  { proof, method, url }: Pick<EndpointRequest, "proof" | "method" | "url">,
): ProvedKey | undefined {
  if (proof === null) return undefined;
  const now = store.now();
  // RFC 8705 §5: the endpoint has a second URL where clients show a certificate.
  const urls = mutualTls.url === null ? [url] : [url, mtlsAlias(url, mutualTls.url)];
  const { jkt, nonce, digest, ttl } = checkDpopProof(proof, { method, urls, now });
  if (dpopNonces !== null && !dpopNonces.isFresh(nonce ?? "", now)) throw new OAuthError("dpop_nonce_needed");
  return senderWith({ jkt }, { digest, ttl });
}

/**
 * Uses the proof of a request up, before the request changes anything. A refresh does it in the operation that rotates.
 *
 * @throws OAuthError `invalid_dpop_proof`: it was used before
 */
export async function useProof({ store }: Pick<Deps, "store">, { proof }: Sender): Promise<void> {
  if (proof !== null && !(await store.usedTokens.use(proof.digest, proof.ttl))) {
    throw new OAuthError("proof_used");
  }
}
