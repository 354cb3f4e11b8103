import type { Clock, Dpop } from "./api.ts";
import { proofStates } from "./nonces.ts";
import { signProof } from "./proof.ts";
import type { ProofKey } from "./proof.ts";

/** A request that a proof is added to, a new one for each attempt. */
interface ProvenRequest {
  readonly method: string;
  readonly url: string;
  readonly accessToken?: string | undefined;
  readonly send: (proof: string) => Promise<Response>;
  readonly canRepeat: boolean;
}

/** Sends requests with proofs, and again if a server requires a nonce or has another clock. */
export function proofSender(
  key: () => Promise<ProofKey>,
  clock: Clock,
): Pick<Dpop, "proof" | "tokenFetch" | "apiFetch"> {
  const states = proofStates(clock);

  async function sendProven({ send, canRepeat, ...request }: ProvenRequest): Promise<Response> {
    const mended = new Set<string>();
    for (;;) {
      const used = states.of(request.url);
      const proof = await signProof(await key(), { ...request, nonce: used.nonce }, clock.now() + used.skew);
      const response = await send(proof);
      const error = await states.learn(request.url, response, used, request.accessToken !== undefined);
      // Each is mended once: a server that repeats it would be asked for ever.
      if (!canRepeat || error === undefined || mended.has(error)) return response;
      mended.add(error);
      // Not awaited: where the body was cloned, this may never settle.
      response.body?.cancel().catch(() => {});
    }
  }

  return {
    async proof(request) {
      const { nonce, skew } = states.of(request.url);
      return signProof(await key(), { nonce, ...request }, clock.now() + skew);
    },
    tokenFetch:
      (fetch = globalThis.fetch) =>
      (input, init) => {
        const isRequest = input instanceof Request;
        const { url, method, headers } = isRequest
          ? input
          : { url: String(input), method: "GET", headers: undefined };
        const proven = new Headers(init?.headers ?? headers);
        const send = (proof: string) => {
          proven.set("dpop", proof);
          return fetch(isRequest ? input.clone() : url, { ...init, headers: proven });
        };
        return sendProven({ method: init?.method ?? method, url, send, canRepeat: true });
      },
    apiFetch(first, accessToken, send, again) {
      const { method, url } = first;
      let next = () => first;
      const sendNext = (proof: string) => {
        const request = next();
        next = again ?? next;
        request.headers.set("dpop", proof);
        // Some libraries write a token's type in lower case, and some servers compare the scheme as it stands.
        request.headers.set("authorization", `DPoP ${accessToken}`);
        return send(request);
      };
      return sendProven({ method, url, accessToken, send: sendNext, canRepeat: again !== undefined });
    },
  };
}
