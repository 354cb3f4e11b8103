// An authorization server in memory, for the tests of this package.
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import type { TestContext } from "node:test";
import { exportJWK, generateKeyPair, SignJWT } from "jose";
import type { JWTHeaderParameters, JWTPayload } from "jose";
import { createVerifier } from "./verifier.ts";
import type { VerifierOptions } from "./options.ts";
import type { Refusal, RefusalCause } from "./refusals.ts";
import type { Requirement } from "./requirement.ts";
import type { Verdict, Verifier } from "./verifier.ts";

export const ISSUER = "https://auth.example/tenant";
export const AUDIENCE = "https://api.example/v1";
/** s */
export const NOW = 1_800_000_000;

type Responder = (url: string, init: RequestInit | undefined) => Response | Promise<Response>;

interface Key {
  kid: string;
  alg: string;
  privateKey: CryptoKey;
  jwk: Record<string, unknown>;
}

/** Claims of a valid token of each profile. */
export const CLAIMS = {
  rfc9068: {
    iss: ISSUER,
    aud: AUDIENCE,
    sub: "customer-7",
    client_id: "client-1",
    iat: NOW,
    exp: NOW + 3600,
    jti: "jti-1",
    scope: "read write",
    gid: "019b7600-0000-7000-8000-000000000001",
  },
  passport: {
    aud: "client-1",
    jti: `019b7600000070008000000000000001${"ab".repeat(24)}`,
    iat: NOW,
    nbf: NOW,
    exp: NOW + 3600,
    sub: "customer-7",
    scopes: ["read", "write"],
  },
} as const;

export class AuthorizationServer {
  /** ms; fixed until a test changes it. */
  now = NOW * 1000;
  readonly keys: Key[] = [];
  /** The path of each request, in order. */
  readonly requests: string[] = [];
  /** The errors passed to `onError`. */
  readonly errors: unknown[] = [];
  readonly refusals: Refusal[] = [];
  /** Replaces the usual responses. */
  respond: Responder | undefined;
  feed: Responder = () => new Response(null, { status: 404 });

  static async start(alg = "EdDSA"): Promise<AuthorizationServer> {
    const server = new AuthorizationServer();
    await server.addKey(alg);
    return server;
  }

  async addKey(alg: string, kid: string = randomUUID()): Promise<Key> {
    const { privateKey, publicKey } = await generateKeyPair(alg, { extractable: true });
    const key = { kid, alg, privateKey, jwk: { ...(await exportJWK(publicKey)), kid, alg, use: "sig" } };
    this.keys.push(key);
    return key;
  }

  readonly fetch: typeof fetch = async (input, init) => {
    const url = input instanceof Request ? input.url : input.toString();
    this.requests.push(new URL(url).pathname);
    if (this.respond !== undefined) return this.respond(url, init);
    switch (url) {
      case "https://auth.example/.well-known/oauth-authorization-server/tenant":
        return Response.json({
          issuer: ISSUER,
          jwks_uri: `${ISSUER}/jwks`,
          revocation_feed_endpoint: `${ISSUER}/revocations`,
        });
      case `${ISSUER}/jwks`:
        return Response.json({ keys: this.keys.map(({ jwk }) => jwk) });
      case `${ISSUER}/revocations`:
        return this.feed(url, init);
      default:
        return new Response(null, { status: 404 });
    }
  };

  verifier(options: Partial<VerifierOptions> = {}): Verifier {
    return createVerifier({
      issuer: ISSUER,
      ...(options.profile === "passport" ? {} : { audience: AUDIENCE }),
      fetch: this.fetch,
      now: () => this.now,
      onError: (error) => this.errors.push(error),
      onRefusal: (refused) => this.refusals.push(refused),
      ...options,
    });
  }

  /** A valid token with changes; an undefined claim is omitted. */
  token(claims: Changes = {}, header: Changes = {}, key = this.keys[0]): Promise<string> {
    return sign({ ...CLAIMS.rfc9068, ...claims }, { typ: "at+jwt", ...header }, key);
  }

  /** The same with Passport's claims. */
  passportToken(claims: Changes = {}, header: Changes = {}, key = this.keys[0]): Promise<string> {
    return sign({ ...CLAIMS.passport, ...claims }, { typ: "JWT", ...header }, key);
  }
}

type Changes = Record<string, unknown>;

function sign(claims: Changes, header: Changes, key: Key | undefined): Promise<string> {
  assert.ok(key);
  const { kid, alg, privateKey } = key;
  const given = (values: Changes) => JSON.parse(JSON.stringify(values)) as unknown;
  return new SignJWT(given(claims) as JWTPayload)
    .setProtectedHeader(given({ alg, kid, ...header }) as JWTHeaderParameters)
    .sign(privateKey);
}

export function verify(verifier: Verifier, token: string, requirement?: Requirement): Promise<Verdict> {
  return verifier.verify({ headers: new Headers({ authorization: `Bearer ${token}` }) }, requirement);
}

/** "accepted", or the cause of the refusal. */
export async function outcome(
  verifier: Verifier,
  token: string,
  requirement?: Requirement,
): Promise<"accepted" | RefusalCause> {
  const verdict = await verify(verifier, token, requirement);
  return verdict.outcome === "accepted" ? "accepted" : verdict.refusal.cause;
}

export async function refused(
  verifier: Verifier,
  token: string,
  requirement?: Requirement,
): Promise<Refusal> {
  const verdict = await verify(verifier, token, requirement);
  assert.equal(verdict.outcome, "refused");
  assert.ok(verdict.outcome === "refused");
  return verdict.refusal;
}

/** The platform's, also where a test has its own time. */
export const { setTimeout: realTimeout, clearTimeout: clearRealTimeout } = globalThis;

/** Lets background work finish. */
export async function settled(): Promise<void> {
  await new Promise((resolve) => realTimeout(resolve, 10));
}

/** Time that passes on request, on a platform on which the timers of a request end with it. */
export function requestTime(t: TestContext) {
  // Whole, so that sums are exact.
  const began = Math.round(performance.now());
  let at = 0;
  let timers = new Map<number, { at: number; callback: () => void }>();
  let ids = 0;
  t.mock.method(performance, "now", () => began + at);
  t.mock.method(globalThis, "setTimeout", ((callback: () => void, ms = 0) => {
    timers.set((ids += 1), { at: at + ms, callback });
    return ids;
  }) as typeof setTimeout);
  t.mock.method(globalThis, "clearTimeout", ((id: number) => void timers.delete(id)) as typeof clearTimeout);

  const pass = async (ms: number): Promise<void> => {
    await settled();
    at += ms;
    for (const [id, timer] of timers) {
      if (timer.at > at) continue;
      timers.delete(id);
      timer.callback();
    }
    await settled();
  };
  return {
    pass,
    async endRequest(): Promise<void> {
      await settled();
      timers = new Map();
    },
    /** Passes time until the work is done, 30 s at most. */
    async until<T>(work: Promise<T>): Promise<T> {
      const state = { isDone: false };
      void work.then(() => (state.isDone = true));
      const end = at + 30_000;
      while (!state.isDone) {
        assert.ok(at < end, "it is not done in time");
        await pass(100);
      }
      return work;
    },
  };
}
