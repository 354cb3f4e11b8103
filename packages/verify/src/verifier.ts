import type { AccessToken } from "./access-token.ts";
import { readBearer } from "./bearer.ts";
import { Metadata } from "./metadata.ts";
import { readOptions } from "./options.ts";
import type { Settings, VerifierOptions } from "./options.ts";
import { isPreflight } from "./preflight.ts";
import type { IncomingRequest } from "./preflight.ts";
import { refusal } from "./refusals.ts";
import type { Refusal, RefusalCause } from "./refusals.ts";
import { RevocationFeed } from "./revocation-feed.ts";
import { SigningKeys } from "./signing-keys.ts";
import { verifyToken } from "./verify-token.ts";

/** What a request must present. */
export interface Requirement {
  /** Scopes, all of which are required: space-separated or a list. */
  scope?: string | readonly string[];
}

/** What came of a request. */
export type Verdict =
  /** The token is valid and has the required scopes. */
  | { outcome: "accepted"; token: AccessToken }
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

  /** @returns the token, or the cause of the refusal */
  async function check(request: IncomingRequest, scopes: readonly string[]) {
    if (isPreflight(request)) return "preflight";
    const bearer = readBearer(request.headers);
    if (bearer.outcome !== "token") return bearer.outcome;
    const verified = await verifyToken(settings, metadata, keys, bearer.token);
    if (verified.outcome !== "verified") return verified.outcome;
    const { token, kid } = verified;
    const revoked = feed && (await checkRevocation(feed, settings, token, kid));
    if (revoked !== undefined) return revoked;
    return scopes.every((scope) => token.scopes.includes(scope)) ? token : "insufficient_scope";
  }

  return {
    async verify(request, { scope = [] } = {}) {
      const scopes = typeof scope === "string" ? scope.split(" ").filter((name) => name !== "") : scope;
      const result = await check(request, scopes);
      if (typeof result !== "string") return { outcome: "accepted", token: result };
      const refused = refusal(result, { resourceMetadata: settings.resourceMetadata, scopes });
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
