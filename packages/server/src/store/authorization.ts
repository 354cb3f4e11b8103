import { timingSafeEqual } from "node:crypto";
import type { Grant, RevocationReason } from "./grants.ts";
import type { Page } from "./clients.ts";

// The part of the port that sign-in stands on. Conventions as in store.ts; every `digest` is SHA-256 of a secret that
// only the browser or the client holds, so that a stolen database opens nothing.

/** One browser in which a subject has signed in: what its cookie stands for. */
export interface SignIn {
  /** Of the cookie's value. */
  digest: Buffer;
  subject: string;
  /** What the pages call the subject, as its directory named it. */
  name: string;
  /** When the subject authenticated. */
  authTime: number;
  expiresAt: number;
}

export interface NewSignIn {
  digest: Buffer;
  subject: string;
  name: string;
  /** s */
  ttl: number;
  /** The sign-in that the browser held before; it ends. */
  replaces: Buffer | null;
  /** When the subject authenticated; unless given, just now. */
  authTime?: number | undefined;
}

export interface SignInStore {
  /** Not made for an account that is disabled. */
  start(signIn: NewSignIn): Promise<{ outcome: "started"; signIn: SignIn } | { outcome: "account_disabled" }>;
  /** Undefined: there is none, it expired, or its account was disabled or got another password since. */
  find(digest: Buffer): Promise<SignIn | undefined>;
  /** False: there was none. */
  end(digest: Buffer): Promise<boolean>;
}

/** What the provider's own login page answered to a challenge. */
export interface LoginAnswer {
  /** Of the challenge. */
  digest: Buffer;
  /** Who it is; null: the provider lets nobody in. */
  person: { subject: string; name: string; authTime: number | undefined } | null;
  /** The challenge's end. */
  expiresAt: number;
}

/** Answers of the provider's login page, kept until their challenge expires: each challenge is of use once. */
export interface LoginStore {
  /** The same answer can be given again until it was used. False: the challenge was answered otherwise, or used. */
  answer(login: LoginAnswer): Promise<boolean>;
  /**
   * Uses an answer up and, where it names a person, starts the sign-in. `unknown`: there is none, or it was used.
   */
  use(
    digest: Buffer,
    signIn: Pick<NewSignIn, "digest" | "ttl" | "replaces">,
  ): Promise<
    { outcome: "started"; signIn: SignIn } | { outcome: "rejected" | "unknown" | "account_disabled" }
  >;
}

/** What a subject allowed a client, remembered. */
export interface Consent {
  subject: string;
  clientId: string;
  /** All scopes that were ever allowed, canonical. */
  scope: string;
  /** When it was first given. */
  givenAt: number;
  updatedAt: number;
}

export interface ConsentStore {
  find(subject: string, clientId: string): Promise<Consent | undefined>;
  /** In the order of client ids; `after` is one. */
  list(subject: string, page: Page): Promise<Consent[]>;
  /** Forgets the consent and ends the subject's grants of this client. False: there was neither. */
  withdraw(subject: string, clientId: string, actor: string): Promise<boolean>;
}

/** An authorization code (RFC 6749 §4.1.2) before it is handed out. */
export interface NewCode {
  digest: Buffer;
  clientId: string;
  subject: string;
  scope: string;
  /** null: the client's own audience (RFC 8707). */
  resource: string | null;
  redirectUri: string;
  /** The authorization request named it, so the token request must too (RFC 6749 §4.1.3). */
  redirectUriNamed: boolean;
  /** The PKCE challenge, S256, decoded; null: the client sent none. */
  challenge: Buffer | null;
  /** When the subject authenticated. */
  authTime: number;
  /** s */
  ttl: number;
  /** The subject has just allowed this scope: it is added to the remembered consent. */
  consented: boolean;
  /** Digest of the pushed request that led here, which is used up with it. */
  pushed: Buffer | null;
}

/** A code as an authenticated client presents it. */
export interface PresentedCode {
  digest: Buffer;
  clientId: string;
  redirectUri: string | undefined;
  /** SHA-256 of the PKCE verifier; null: none was sent. */
  challenge: Buffer | null;
  /** As in NewCode; undefined: not asked for, what the code is for holds. */
  resource: string | null | undefined;
  /** Of the grant that the code becomes. */
  grant: { id: string; secretHash: Buffer; maxTtl: number };
}

/** A code as it stands in the store. */
export interface Code extends Omit<NewCode, "ttl" | "consented" | "pushed"> {
  expiresAt: number;
  /** The grant that it became; null: not yet redeemed. */
  grantId: string | null;
}

export type RefusedCode =
  | "unknown_code"
  | "client_mismatch"
  | "redirect_uri_mismatch"
  | "wrong_verifier"
  | "resource_mismatch"
  | "code_reused"
  | "code_expired"
  | "client_disabled"
  | "account_disabled";

export type RedeemedCode = { outcome: "redeemed"; grant: Grant } | { outcome: RefusedCode };

export interface CodeStore {
  /** Made only for an enabled client, and account if the subject is one, and once for a pushed request. */
  issue(
    code: NewCode,
  ): Promise<"issued" | Extract<RefusedCode, "client_disabled" | "account_disabled"> | "request_used">;
  /** `judgeCode` is its specification; a redeemed code becomes a grant, a reused one ends the grant it became. */
  redeem(presented: PresentedCode): Promise<RedeemedCode>;
}

/** Parameters of an authorization request that a client sent ahead (RFC 9126). */
export interface PushedRequest {
  /** Of the `request_uri`. */
  digest: Buffer;
  clientId: string;
  parameters: Readonly<Record<string, string>>;
  createdAt: number;
  expiresAt: number;
}

export interface PushedRequestStore {
  /** `ttl` in s. */
  push(request: {
    digest: Buffer;
    clientId: string;
    parameters: PushedRequest["parameters"];
    ttl: number;
  }): Promise<void>;
  /** Undefined: there is none, it expired, or a code was issued for it. */
  find(digest: Buffer): Promise<PushedRequest | undefined>;
}

export interface AuthorizationStores {
  readonly signIns: SignInStore;
  readonly logins: LoginStore;
  readonly consents: ConsentStore;
  readonly codes: CodeStore;
  readonly pushedRequests: PushedRequestStore;
}

/** Why a grant ends with a code that is presented again. */
export const CODE_REUSED = "code_reused" satisfies RevocationReason;

/** How long a code is remembered after it expired, so that its second use is recognised, ms. */
export const CODE_KEPT = 24 * 3600 * 1000;

/**
 * What a presented code meets. That it was used before is looked at last but one: only who could have redeemed it may
 * end the grant that it became.
 *
 * @param now the store's clock, ms
 */
export function judgeCode(
  code: Code | undefined,
  presented: PresentedCode,
  now: number,
): Exclude<RefusedCode, "client_disabled" | "account_disabled"> | "redeemable" {
  if (code === undefined) return "unknown_code";
  if (code.clientId !== presented.clientId) return "client_mismatch";
  if (!redirectFits(code, presented.redirectUri)) return "redirect_uri_mismatch";
  if (!challengeFits(code.challenge, presented.challenge)) return "wrong_verifier";
  if (code.grantId !== null) return "code_reused";
  if (now >= code.expiresAt) return "code_expired";
  const { resource } = presented;
  return resource === undefined || resource === code.resource ? "redeemable" : "resource_mismatch";
}

/** RFC 6749 §4.1.3: if it was in the authorization request, it must be here too, and identical. */
function redirectFits({ redirectUri, redirectUriNamed }: Code, presented: string | undefined): boolean {
  return presented === undefined ? !redirectUriNamed : presented === redirectUri;
}

/** RFC 7636 §4.6; a verifier without a challenge is refused as well (RFC 9700 §4.8.2). Both are SHA-256. */
function challengeFits(challenge: Buffer | null, presented: Buffer | null): boolean {
  if (challenge === null || presented === null) return challenge === presented;
  return timingSafeEqual(challenge, presented);
}

/** Both, each scope once, the earlier ones first. */
export function joinScopes(earlier: string, added: string): string {
  const scopes = `${earlier} ${added}`.split(" ").filter((scope) => scope !== "");
  return [...new Set(scopes)].join(" ");
}
