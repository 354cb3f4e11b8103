import type { AccessToken } from "./access-token.ts";
import { readCredentials } from "./credentials.ts";
import type { Credentials, Scheme } from "./credentials.ts";
import { Metadata } from "./metadata.ts";
import { readOptions } from "./options.ts";
import type { Settings, VerifierOptions } from "./options.ts";
import { isPreflight } from "./preflight.ts";
import type { IncomingRequest } from "./preflight.ts";
import { EXPOSE, refusal } from "./refusals.ts";
import type { Refusal, RefusalCause } from "./refusals.ts";
import { readRequirement, unmetRequirement } from "./requirement.ts";
import type { ReadRequirement, Requirement } from "./requirement.ts";
import { RevocationFeed } from "./revocation-feed.ts";
import { SenderCheck } from "./sender.ts";
import { SigningKeys } from "./signing-keys.ts";
import { verifyToken } from "./verify-token.ts";

/** What came of a request. */
export type Verdict =
  /** The token is valid and suffices. Add the headers to the response: with nonces, the next one (RFC 9449 §9). */
  | { outcome: "accepted"; token: AccessToken; headers: Record<string, string> }
  /** Send the refusal as the response. */
  | { outcome: "refused"; refusal: Refusal };

/** Verifies the access tokens of requests. */
export interface Verifier {
  /** Verifies the access token in the `Authorization` header of a request. Never rejects because of the token. */
  verify(request: IncomingRequest, requirement?: Requirement): Promise<Verdict>;
  /**
   * Loads the keys and the revocations, which the first request would otherwise wait for.
   *
   * @throws Error they cannot be loaded
   */
  ready(): Promise<void>;
  /** Stops following revocations. */
  close(): void;
}

/**
 * Creates a verifier for one resource server. It sends no request to the authorization server before the first token, or
 * before `ready` is called.
 *
 * @throws TypeError an option is invalid
 */
export function createVerifier(options: VerifierOptions): Verifier {
  const settings = readOptions(options);
  const { issuer, jwksUri, fetch, now, onError, allowHttp } = settings;
  const metadata = new Metadata({ issuer, fetch, allowHttp });
  const url = jwksUri === undefined ? metadata.endpoint("jwks_uri") : async () => jwksUri;
  const keys = new SigningKeys({ url, fetch, now, onError });
  const feed = settings.revocations && feedOf(settings, metadata);

  const sender = new SenderCheck(settings);

  /** @returns the token, or the cause of the refusal */
  async function check(request: IncomingRequest, credentials: Credentials, requirement: ReadRequirement) {
    if (isPreflight(request)) return "preflight";
    if (credentials.outcome !== "token") return credentials.outcome;
    const verified = await verifyToken(settings, metadata, keys, credentials.token);
    if (verified.outcome !== "verified") return verified.outcome;
    const { token, kid } = verified;
    const { cnf } = token;
    return (
      (await sender.check({ ...credentials, request, cnf })) ??
      (feed && (await checkRevocation(feed, settings, token, kid))) ??
      unmetRequirement(requirement, token, now() / 1000) ??
      token
    );
  }

  return {
    async verify(request, required = {}) {
      const requirement = readRequirement(required);
      const credentials = readCredentials(request.headers, readableSchemes(settings));
      const result = await check(request, credentials, requirement);
      const nonce = await sender.nonceHeader();
      if (typeof result !== "string") return { outcome: "accepted", token: result, headers: exposed(nonce) };
      const { resourceMetadata, dpop } = settings;
      const { scheme } = credentials;
      const schemes = acceptedSchemes(settings);
      const challenge = {
        resourceMetadata,
        requirement,
        schemes,
        scheme,
        algorithms: dpop?.algorithms ?? [],
      };
      const refused = refusal(result, challenge, nonce);
      settings.onRefusal(refused);
      return { outcome: "refused", refusal: refused };
    },
    async ready() {
      await Promise.all([keys.ready(), feed?.start()]);
      if (feed?.isCurrent(maxAge(settings)) === false) {
        throw new Error(`the revocations of ${issuer} could not be loaded; onError has the reason`);
      }
    },
    close: () => feed?.close(),
  };
}

/** Those that clients may use. Tokens that are bound to a certificate come as bearer tokens (RFC 8705 §3). */
function acceptedSchemes({ dpop, mtls }: Settings): Scheme[] {
  if (dpop === undefined) return ["Bearer"];
  return dpop.required && mtls === undefined ? ["DPoP"] : ["Bearer", "DPoP"];
}

/** Those whose tokens are looked at: a bearer token is refused for what it is, also where none is accepted. */
function readableSchemes({ dpop }: Settings): Scheme[] {
  return dpop === undefined ? ["Bearer"] : ["Bearer", "DPoP"];
}

/** Headers that a page of another origin may read. */
function exposed(headers: Record<string, string> = {}): Record<string, string> {
  const names = Object.keys(headers);
  return names.length === 0 ? {} : { ...headers, [EXPOSE]: names.join(", ") };
}

function feedOf(settings: Settings, metadata: Metadata): RevocationFeed {
  const { revocations, fetch, now, onError } = settings;
  const { clientId = "", clientSecret = "", pollInterval: seconds } = revocations ?? {};
  const pollInterval = seconds === undefined ? undefined : seconds * 1000;
  const url = metadata.endpoint("revocation_feed_endpoint");
  return new RevocationFeed({ url, clientId, clientSecret, pollInterval, fetch, now, onError });
}

/** @returns undefined: not revoked, or the feed is stale and `whenStale` accepts that */
async function checkRevocation(
  feed: RevocationFeed,
  settings: Settings,
  token: AccessToken,
  kid: string | undefined,
): Promise<RefusalCause | undefined> {
  await feed.start();
  if (feed.revocations.covers(token, kid)) return "revoked";
  const refuses = settings.revocations?.whenStale === "refuse";
  return refuses && !feed.isCurrent(maxAge(settings)) ? "revocations_unavailable" : undefined;
}

/** ms */
function maxAge({ revocations }: Settings): number {
  return (revocations?.maxAge ?? 0) * 1000;
}
