import type { Clock } from "./api.ts";
import { errorOf } from "./response-text.ts";

/** What is known of a server that checks proofs. */
export interface ProofState {
  /** Its latest nonce (RFC 9449 §8). */
  readonly nonce?: string | undefined;
  /** Its clock minus this machine's, ms. */
  readonly skew: number;
}

/** What servers said about proofs, by origin. */
export interface ProofStates {
  of(url: string | URL): ProofState;
  /**
   * Notes the nonce of a response and, where it refuses a proof, the server's clock.
   *
   * @param used what the proof was made with
   * @param isApi whether the request carried an access token
   * @returns the error that another proof may mend; undefined: there is none
   */
  learn(url: string | URL, response: Response, used: ProofState, isApi: boolean): Promise<string | undefined>;
}

/** Longest nonce that is kept, characters: it goes into a header. */
const MAX_NONCE = 1024;
/** Servers allow for as much between the clocks, ms. */
const TOLERANCE = 2000;

/** Forgotten at the end of the page or process: a server that requires a nonce then says so once more. */
export function proofStates(clock: Clock): ProofStates {
  const states = new Map<string, ProofState>();
  const of = (url: string | URL) => states.get(new URL(url).origin) ?? { skew: 0 };
  return {
    of,
    async learn(url, response, used, isApi) {
      const { status, headers } = response;
      const { origin } = new URL(response.url || url);
      const state = of(origin);
      const given = headers.get("dpop-nonce") ?? "";
      const nonce = /^[!-~]+$/.test(given) && given.length <= MAX_NONCE ? given : state.nonce;
      states.set(origin, { ...state, nonce });
      if (status !== 400 && status !== 401) return undefined;
      const error = isApi ? challengeError(response) : await errorOf(response);
      if (error === "invalid_dpop_proof") {
        const skew = Date.parse(headers.get("date") ?? "") - clock.now();
        if (!(Math.abs(skew - used.skew) > TOLERANCE)) return undefined;
        states.set(origin, { nonce, skew });
        return error;
      }
      return error === "use_dpop_nonce" && nonce !== used.nonce ? error : undefined;
    },
  };
}

/**
 * The error of an API's challenge (RFC 9449 §7.1). A page of another origin may be unable to read that: a 401 with a nonce
 * then means that it is required.
 */
function challengeError({ status, headers }: Response): string | undefined {
  const challenge = headers.get("www-authenticate");
  const hidden = status === 401 && challenge === null && headers.has("dpop-nonce");
  return hidden ? "use_dpop_nonce" : /\bDPoP\b.*?\berror\s*=\s*"?(\w+)/i.exec(challenge ?? "")?.[1];
}
