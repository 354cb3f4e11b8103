import { readBearer } from "./bearer.ts";
import type { RequestHeaders } from "./bearer.ts";
import type { AccessToken } from "./access-token.ts";
import { Follower } from "./follower.ts";
import { Metadata } from "./metadata.ts";
import { readOptions } from "./options.ts";
import type { Settings, VerifierOptions } from "./options.ts";
import { refusal } from "./refusals.ts";
import type { Refusal, RefusalCause } from "./refusals.ts";
import { SigningKeys } from "./signing-keys.ts";
import { verifyToken } from "./verify-token.ts";

/** What one request needs. */
export interface Requirement {
  /** Scopes, all of them: space-separated, or a list. */
  scope?: string | readonly string[];
}

export type Verdict = { outcome: "accepted"; token: AccessToken } | { outcome: "refused"; refusal: Refusal };

export interface Verifier {
  /** Judges the access token in the `Authorization` header of a request. */
  verify(request: { readonly headers: RequestHeaders }, requirement?: Requirement): Promise<Verdict>;
  /**
   * Loads what the first request would wait for otherwise.
   *
   * @throws Error where the keys cannot be loaded, or the revocations that are to be followed
   */
  ready(): Promise<void>;
  /** Stops following revocations. */
  close(): void;
}

/**
 * Makes what verifies access tokens for one resource server. It asks the authorization server for nothing until the
 * first token comes, or `ready` is called.
 *
 * @throws TypeError for options that cannot be meant
 */
export function createVerifier(options: VerifierOptions): Verifier {
  const settings = readOptions(options);
  const { issuer, jwksUri, fetch, now, onError, allowHttp } = settings;
  const metadata = new Metadata({ issuer, fetch, allowHttp });
  const url = async () => jwksUri ?? metadata.endpoint("jwks_uri");
  const keys = new SigningKeys({ url, fetch, now, onError });
  const follower = settings.revocations && followerOf(settings, metadata);

  async function judge(headers: RequestHeaders, scopes: readonly string[]) {
    const bearer = readBearer(headers);
    if (bearer.outcome !== "token") return bearer.outcome;
    const verified = await verifyToken(settings, keys.find, bearer.token);
    if (verified.outcome !== "verified") return verified.outcome;
    const { token, kid } = verified;
    const revoked = follower && (await judgeRevocation(follower, settings, token, kid));
    if (revoked !== undefined) return revoked;
    return scopes.every((scope) => token.scopes.includes(scope)) ? token : "scope_too_narrow";
  }

  return {
    async verify({ headers }, { scope = [] } = {}) {
      const scopes = typeof scope === "string" ? scope.split(" ").filter((name) => name !== "") : scope;
      const judged = await judge(headers, scopes);
      if (typeof judged !== "string") return { outcome: "accepted", token: judged };
      const refused = refusal(judged, { resourceMetadata: settings.resourceMetadata, scopes });
      settings.onRefusal(refused);
      return { outcome: "refused", refusal: refused };
    },
    async ready() {
      await Promise.all([keys.ready(), follower?.begin()]);
      if (follower?.isCurrent(maxAge(settings)) === false) {
        throw new Error(`the revocations of ${issuer} could not be loaded`);
      }
    },
    close: () => follower?.close(),
  };
}

function followerOf(settings: Settings, metadata: Metadata): Follower {
  const { revocations, fetch, now, onError } = settings;
  const { clientId = "", clientSecret = "" } = revocations ?? {};
  const url = () => metadata.endpoint("revocation_feed_endpoint");
  return new Follower({ url, clientId, clientSecret, fetch, now, onError });
}

/** Undefined: it was not revoked, as far as is known, or need be. */
async function judgeRevocation(
  follower: Follower,
  settings: Settings,
  token: AccessToken,
  kid: string | undefined,
): Promise<RefusalCause | undefined> {
  await follower.begin();
  if (follower.revocations.covers(token, kid)) return "revoked";
  const refuses = settings.revocations?.whenUnknown === "refuse";
  return refuses && !follower.isCurrent(maxAge(settings)) ? "revocations_unknown" : undefined;
}

/** ms */
function maxAge({ revocations }: Settings): number {
  return (revocations?.maxAge ?? 0) * 1000;
}
