import type { DisabledOutcome, Grant, GrantClaims } from "./grants.ts";
import type { Page } from "./clients.ts";

// The part of the port for sign-in and consent. Conventions as in store.ts. Every `digest` is SHA-256 of a secret that
// only the browser or the client has, so a stolen database does not give access.

/** One browser in which a subject has signed in, identified by its cookie. */
export interface SignIn {
  /** Of the cookie's value. */
  digest: Buffer;
  subject: string;
  /** The subject's display name, from the user store. */
  name: string;
  /** When the subject authenticated. */
  authTime: number;
  /** How the subject authenticated (RFC 9470 §6.2); null: not known. */
  acr: string | null;
  expiresAt: number;
}

/** A sign-in to start. Its lifetime counts from the store's now. */
export interface NewSignIn {
  digest: Buffer;
  subject: string;
  name: string;
  /** s */
  ttl: number;
  /** The browser's earlier sign-in, which ends. */
  replaces: Buffer | null;
  /** When the subject authenticated, ms; undefined: now. */
  authTime?: number | undefined;
  /** As in `SignIn`; by default null. */
  acr?: string | null | undefined;
  /** The hash that the subject's password was checked against; undefined: no account's was. */
  passwordHash?: string | undefined;
}

/** A sign-in at the console to start, or the one-time link that leads to one. */
export interface NewOperatorSignIn extends Omit<NewSignIn, "authTime"> {
  as: "session" | "link";
  actor: string;
}

/** Who is signed in, in which browser. */
export interface SignInStore {
  /** Signs a subject in, unless its account is disabled. `wrong_password`: it has another hash than the one named. */
  start(
    signIn: NewSignIn,
  ): Promise<{ outcome: "started"; signIn: SignIn } | { outcome: "account_disabled" | "wrong_password" }>;
  /**
   * Signs an operator in at the console, or stores a link for that, if the account has the role. Found and ended as any
   * sign-in: only the digest, of which the console makes another than the pages do, keeps the two apart.
   */
  startOperator(
    signIn: NewOperatorSignIn,
  ): Promise<
    | { outcome: "started"; signIn: SignIn }
    | { outcome: "account_disabled" | "wrong_password" | "not_operator" }
  >;
  /** Undefined: no such sign-in, it expired, or its account was disabled or got another password since. */
  find(digest: Buffer): Promise<SignIn | undefined>;
  /** Signs the browser out. False: it was not signed in. */
  end(digest: Buffer): Promise<boolean>;
  /**
   * Signs the subject out of all browsers in which it authenticated before `before`, and uses up such answers of the
   * login provider. Returns how many sign-ins it ended.
   */
  endAll(subject: string, before: number): Promise<number>;
}

/** The login provider's answer to a login challenge. */
export interface LoginDecision {
  /** Of the challenge. */
  digest: Buffer;
  /** The authenticated user; null: the provider rejected the login. */
  user: { subject: string; name: string; authTime: number | undefined; acr?: string | null } | null;
  /** When the challenge expires. */
  expiresAt: number;
}

/** Answers of the login provider, kept until the challenge expires: a challenge is answered and used once. */
export interface LoginStore {
  /** The same answer may be repeated until it is used. False: the challenge has another answer, or was used. */
  decide(login: LoginDecision): Promise<boolean>;
  /**
   * Uses an answer and, if it names a user, starts the sign-in. `unknown`: no such answer, or it was used before.
   */
  use(
    digest: Buffer,
    signIn: Pick<NewSignIn, "digest" | "ttl" | "replaces">,
  ): Promise<
    { outcome: "started"; signIn: SignIn } | { outcome: "rejected" | "unknown" | "account_disabled" }
  >;
}

/** A remembered consent: what a subject allowed a client. */
export interface Consent {
  subject: string;
  clientId: string;
  /** All scopes that were allowed so far, canonical. */
  scope: string;
  /** When it was first given. */
  givenAt: number;
  updatedAt: number;
}

/** Remembered consents. They are given with a code or a device request, never alone. */
export interface ConsentStore {
  /** Undefined: the subject has not allowed the client anything that is remembered. */
  find(subject: string, clientId: string): Promise<Consent | undefined>;
  /** In the order of client ids, after the client id `after`. */
  list(subject: string, page: Page): Promise<Consent[]>;
  /** Deletes the consent and revokes the subject's grants of this client. False: there was neither. */
  withdraw(subject: string, clientId: string, actor: string): Promise<boolean>;
}

/** An authorization code (RFC 6749 §4.1.2) before it is handed out. */
export interface NewCode {
  /** Of the code, which the store never sees. */
  digest: Buffer;
  clientId: string;
  subject: string;
  scope: string;
  /** null: the client's own audience (RFC 8707). */
  resource: string | null;
  redirectUri: string;
  /** Whether the authorization request had it; then the token request must have it too (RFC 6749 §4.1.3). */
  redirectUriNamed: boolean;
  /** The PKCE challenge, S256, decoded; null: the client sent none. */
  challenge: Buffer | null;
  /** When the subject authenticated. */
  authTime: number;
  /** The key that the token request must prove (RFC 9449 §10), as `Grant.binding`; null: any, or none. */
  binding: string | null;
  /** Of the grant that the code becomes. */
  claims: GrantClaims | null;
  /** s */
  ttl: number;
  /** Whether the subject has just allowed this scope: then it is added to the remembered consent. */
  consented: boolean;
  /** Digest of the pushed request, which this code uses up; null: the request was not pushed. */
  pushed: Buffer | null;
  /** Digest of the sign-in in which the subject authenticated. */
  signIn: Buffer;
}

/** A code as an authenticated client presents it. */
export interface PresentedCode {
  digest: Buffer;
  clientId: string;
  /** The parameter of the token request; undefined: it was not sent. */
  redirectUri: string | undefined;
  /** SHA-256 of the PKCE verifier; null: none was sent. */
  challenge: Buffer | null;
  /** As in NewCode; undefined: not requested, so that of the code applies. */
  resource: string | null | undefined;
  /** The key that the request proves, as `NewCode.binding`; null: none. */
  binding: string | null;
  /** Of the grant that the code becomes. */
  grant: { id: string; secretHash: Buffer; maxTtl: number; binding: string | null };
}

/** A code in the store. */
export interface Code extends Omit<NewCode, "ttl" | "consented" | "pushed" | "signIn"> {
  expiresAt: number;
  /** The grant that it became; null: not yet redeemed. */
  grantId: string | null;
}

/**
 * Why a code is refused: each has its cause in the table of errors, most of them of `invalid_grant` (RFC 6749 §5.2).
 */
export type RefusedCode =
  | "unknown_code"
  | "client_mismatch"
  | "redirect_uri_mismatch"
  | "wrong_verifier"
  | "binding_mismatch"
  | "resource_mismatch"
  | "code_reused"
  | "code_expired"
  | DisabledOutcome;

/** The outcome of a redemption; the grant is the one that the code became. */
export type RedeemedCode = { outcome: "redeemed"; grant: Grant } | { outcome: RefusedCode };

/** Authorization codes (RFC 6749 §4.1.2), each redeemed once. */
export interface CodeStore {
  /**
   * Stores a code if its client, and its account if the subject is one, are enabled. `signed_out`: the sign-in has ended
   * since the request began. `request_used`: the pushed request expired, or another code was issued for it (RFC 9126
   * §7.3).
   */
  issue(code: NewCode): Promise<"issued" | DisabledOutcome | "signed_out" | "request_used">;
  /** Decides by `judgeCode`. A redeemable code becomes a grant; a reused one revokes the grant that it became. */
  redeem(presented: PresentedCode): Promise<RedeemedCode>;
  /**
   * Lets the codes and the allowed device requests expire that match and would become grants.
   *
   * @returns its instant, ms: a grant that became of such a code was created then or before
   */
  expire(matching: AuthorizationFilter): Promise<number>;
}

/** What a subject has authorized: for any client, or of any subject, where one of the two is left out. */
export interface AuthorizationFilter {
  subject?: string | undefined;
  clientId?: string | undefined;
  /** Only what the subject authorized in a sign-in in which it authenticated before then, ms. */
  authenticatedBefore: number;
}

/** The parameters of a pushed authorization request (RFC 9126). */
export interface PushedRequest {
  /** Of the `request_uri`. */
  digest: Buffer;
  clientId: string;
  parameters: Readonly<Record<string, string>>;
  createdAt: number;
  expiresAt: number;
}

/** Pushed authorization requests, kept until they expire or a code is issued for them. */
export interface PushedRequestStore {
  /** `ttl` in s. */
  push(request: {
    digest: Buffer;
    clientId: string;
    parameters: PushedRequest["parameters"];
    ttl: number;
  }): Promise<void>;
  /** Undefined: no such request, it expired, or a code was issued for it. */
  find(digest: Buffer): Promise<PushedRequest | undefined>;
  /** Keeps a request that has not expired for `ttl` s from when it was pushed, if that is longer: its user has come. */
  keep(digest: Buffer, ttl: number): Promise<void>;
}

/** The stores of sign-in and consent, as members of `Store`. */
export interface AuthorizationStores {
  readonly signIns: SignInStore;
  readonly logins: LoginStore;
  readonly consents: ConsentStore;
  readonly codes: CodeStore;
  readonly pushedRequests: PushedRequestStore;
}

/** How long a code is kept after it expired, so that reuse is recognised, ms. */
export const CODE_KEPT = 24 * 3600 * 1000;

/** The union of two scopes, space-separated, the earlier ones first: a consent only ever grows. */
export function joinScopes(earlier: string, added: string): string {
  const scopes = `${earlier} ${added}`.split(" ").filter((scope) => scope !== "");
  return [...new Set(scopes)].join(" ");
}
