import type { Confirmation } from "./access-token.ts";
import { certificateThumbprint } from "./certificate.ts";
import { headerOf } from "./credentials.ts";
import type { Scheme } from "./credentials.ts";
import { checkProof } from "./dpop-proof.ts";
import type { Proof } from "./dpop-proof.ts";
import type { IncomingRequest } from "./preflight.ts";
import { RecentProofs } from "./proof-replays.ts";
import type { RefusalCause } from "./refusals.ts";
import { requestUrls } from "./request-url.ts";
import type { DpopSettings, MtlsSettings } from "./sender-options.ts";

interface SenderSettings {
  dpop: DpopSettings | undefined;
  mtls: MtlsSettings | undefined;
  now: () => number;
  onError: (error: unknown) => void;
}

/** A request with a valid access token. */
interface Presented {
  request: IncomingRequest;
  scheme: Scheme;
  token: string;
  cnf: Confirmation | undefined;
}

/** Checks that a request comes from the holder of the key that its access token is bound to (RFC 9449 §7, RFC 8705 §3). */
export class SenderCheck {
  readonly #settings: SenderSettings;
  readonly #recent = new RecentProofs();

  constructor(settings: SenderSettings) {
    this.#settings = settings;
  }

  /** @returns undefined: it does, or the token is bound to nothing and need not be */
  async check(presented: Presented): Promise<RefusalCause | undefined> {
    const { request, scheme, cnf = {} } = presented;
    const { jkt, "x5t#S256": thumbprint, ...others } = cnf;
    const { dpop, mtls } = this.#settings;
    // What cannot be checked is not accepted (RFC 7800 §3.1), and a bound token not as a bearer token (RFC 9449 §7.1).
    const isEmpty = presented.cnf !== undefined && jkt === undefined && thumbprint === undefined;
    if (isEmpty || Object.keys(others).length > 0) return "sender_constrained";
    if (thumbprint !== undefined && mtls === undefined) return "sender_constrained";
    if (jkt !== undefined && scheme !== "DPoP") return "sender_constrained";
    if (jkt === undefined && scheme === "DPoP") return "not_sender_constrained";
    if (thumbprint !== undefined) {
      const presentedOne = await certificateThumbprint(request, mtls?.header);
      if (presentedOne === undefined) return "certificate_missing";
      if (presentedOne !== thumbprint) return "wrong_certificate";
    } else if (jkt === undefined && (dpop?.required || mtls?.required)) return "not_sender_constrained";
    return jkt === undefined || dpop === undefined ? undefined : this.#checkDpop(dpop, presented, jkt);
  }

  /** The header by which clients learn the nonce of their next proofs; undefined: none is required. */
  async nonceHeader(): Promise<Record<string, string> | undefined> {
    const { dpop, now } = this.#settings;
    return dpop?.nonces && { "DPoP-Nonce": await dpop.nonces.current(now()) };
  }

  async #checkDpop(
    dpop: DpopSettings,
    { request, token }: Presented,
    jkt: string,
  ): Promise<RefusalCause | undefined> {
    const header = headerOf(request.headers, "dpop");
    if (header === undefined) return "proof_missing";
    if (request.method === undefined) throw new TypeError("request.method is required to check a DPoP proof");
    const now = this.#settings.now() / 1000;
    const proof = await checkProof(header, {
      method: request.method,
      urls: requestUrls(request, dpop.baseUrls),
      accessToken: token,
      jkt,
      algorithms: dpop.algorithms,
      maxAge: dpop.maxAge,
      now,
    });
    if (proof.outcome !== "valid") return proof.outcome;
    if (dpop.nonces && !(await dpop.nonces.accepts(proof.nonce, now * 1000))) return "proof_without_nonce";
    return this.#use(dpop, proof, now);
  }

  /** RFC 9449 §11.1: a proof is used once. */
  async #use(
    { maxAge, replays }: DpopSettings,
    proof: Proof,
    now: number,
  ): Promise<RefusalCause | undefined> {
    const { id, issuedAt } = proof;
    try {
      const isNew =
        replays === undefined
          ? this.#recent.use(id, issuedAt, now - maxAge)
          : await replays.use(id, Math.ceil(issuedAt + maxAge - now) + 1);
      return isNew ? undefined : "proof_used";
    } catch (error) {
      this.#settings.onError(error);
      return "replays_unavailable";
    }
  }
}
