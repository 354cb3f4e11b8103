import { AdminError } from "./admin/admin-error.ts";
import type { Deps } from "./deps.ts";
import { answerChallenge, describeChallenge, openChallenge } from "./endpoints/login-challenge.ts";
import type { LoginRequestJson } from "./endpoints/login-challenge.ts";
import { OAuthError } from "./errors/oauth-error.ts";

/** A user whom the host has signed in. */
export interface SignedInUser {
  /** The user's id, which must never change: it becomes `sub`. Up to 255 characters. */
  subject: string;
  /** What the pages call the user; by default the subject. Up to 200 characters. */
  name?: string | undefined;
  /** When the user authenticated, ms since 1970; by default when the browser returns to Regrant. */
  authTime?: number | undefined;
  /** How the user authenticated: one of the setting `acrValues` (RFC 9470); by default not known. */
  acr?: string | undefined;
}

/**
 * The host's own login page (setting `loginUrl`): where a browser arrives with a `login_challenge`. Each operation throws
 * an AdminError: `not_found` if the challenge is unknown, changed or expired, `not_allowed` if its client may no longer ask.
 */
export interface Login {
  /** Describes the request behind a challenge: which client asks, for what, and how the user must be authenticated. */
  describe(challenge: string): Promise<LoginRequestJson>;
  /**
   * Says whom the host has signed in in the browser that sent the challenge. The same answer may be repeated.
   *
   * @returns the URL to redirect that browser to (303), and to give to no other
   * @throws AdminError `invalid`: the user breaks a rule; `conflict`: the challenge has another answer, or was used
   */
  accept(challenge: string, user: SignedInUser): Promise<string>;
  /** Refuses the user: the client gets `access_denied`. Returns and throws as `accept`. */
  reject(challenge: string): Promise<string>;
}

/** A clock of the host may be ahead of the store's by so much, ms. */
const CLOCK_TOLERANCE = 60_000;

/** The login page's three operations, for a host that has it in the same process. */
export function hostLogin(deps: Deps): Login {
  return {
    describe: (sealed) => orAdminError(async () => describeChallenge(deps, openChallenge(deps, sealed))),
    accept: (sealed, user) =>
      orAdminError(async () => {
        const { subject, name = subject, authTime, acr } = user;
        requireText("subject", subject, 255);
        requireText("name", name, 200);
        requirePast("authTime", authTime, deps.store.now());
        requireAcr(acr, deps.acrValues);
        const decided = { subject, name, authTime, acr: acr ?? null };
        return answerChallenge(deps, openChallenge(deps, sealed), decided);
      }),
    reject: (sealed) => orAdminError(async () => answerChallenge(deps, openChallenge(deps, sealed), null)),
  };
}

/** What the endpoints tell a login page by HTTP, a host gets as the error of its other operations. */
async function orAdminError<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof OAuthError)) throw error;
    if (error.causeName === "login_challenge_unknown")
      throw new AdminError("not_found", "login challenge not found: it is unknown, changed or expired");
    if (error.causeName === "login_already_answered")
      throw new AdminError("conflict", "the login challenge has another answer, or was used");
    throw new AdminError("not_allowed", error.description);
  }
}

function requireText(member: string, value: unknown, longest: number): void {
  if (typeof value === "string" && value !== "" && value.length <= longest && !/\p{Cc}/u.test(value)) return;
  const message = `${member} must be 1 to ${longest} characters, none of them a control character.`;
  throw new AdminError("invalid", `${member} is not valid`, { violations: [{ member, message }] });
}

function requirePast(member: string, value: unknown, now: number): void {
  if (value === undefined) return;
  if (Number.isSafeInteger(value) && Number(value) >= 0 && Number(value) <= now + CLOCK_TOLERANCE) return;
  const message = `${member} must be a whole number of ms since 1970, not in the future.`;
  throw new AdminError("invalid", `${member} is not valid`, { violations: [{ member, message }] });
}

function requireAcr(acr: unknown, possible: readonly string[]): void {
  if (acr === undefined || possible.some((value) => value === acr)) return;
  const message = "acr must be one of the setting acrValues.";
  throw new AdminError("invalid", "acr is not valid", { violations: [{ member: "acr", message }] });
}
