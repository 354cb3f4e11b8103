import type { AssertionIssuerSetting } from "./config/assertion-settings.ts";
import type { RevocationIssuerSetting } from "./config/signal-settings.ts";
import type { RemoteDocuments } from "./clients/remote-documents.ts";
import type { Throttles } from "./limits/throttles.ts";
import type { RegistrationRules } from "./clients/registration-rules.ts";
import type { AssertionRules } from "./clients/assertion-rules.ts";
import type { ClientKeys } from "./clients/client-keys.ts";
import type { MutualTls } from "./clients/mutual-tls.ts";
import type { ClientCache } from "./clients/client-cache.ts";
import type { DetailTypes } from "./config/authorization-details-settings.ts";
import type { UserStore } from "./identity/user-store.ts";
import type { DpopNonces } from "./keys/dpop-nonces.ts";
import type { KeyRing } from "./keys/key-ring.ts";
import type { Log } from "./log.ts";
import type { Metrics } from "./metrics.ts";
import type { RevocationFeed } from "./revocations/feed.ts";
import type { StreamPolls } from "./signals/stream-polls.ts";
import type { GrantType, Store } from "./store/store.ts";
import type { TrustedIssuers } from "./issuers/trusted-issuers.ts";
import type { LegacyTokens } from "./tokens/legacy-tokens.ts";
import type { Tracing } from "./tracing/tracing.ts";

/** What the rooms below `http/` work with; `make-deps.ts` builds it. It is never changed. */
export interface Deps {
  /** `iss` of the access tokens (RFC 8414 §2), without a trailing slash. */
  readonly issuer: string;
  /** `aud` of the access tokens of clients without an audience of their own. */
  readonly audience: string;
  /** Further audiences that clients may request (RFC 8707). */
  readonly resources: ReadonlySet<string>;
  /** Types of authorization details that clients may request (RFC 9396). */
  readonly authorizationDetailsTypes: DetailTypes;
  /** Cache time of the JWKS, s. */
  readonly jwksMaxAge: number;
  /** The grant types that are offered: a client may use those of them that it has. */
  readonly grantTypes: readonly GrantType[];
  /** Clients may ask what became of their refresh tokens. */
  readonly explanations: boolean;
  /** PKCE is required of confidential clients too. */
  readonly requirePkce: boolean;
  /** All clients must push their authorization requests. */
  readonly requirePar: boolean;
  /** How long a pushed request can be opened, s. */
  readonly pushedRequestTtl: number;
  /** How long a sign-in lasts, s. */
  readonly signInTtl: number;
  /** Of DPoP proofs; null: they need none. */
  readonly dpopNonces: DpopNonces | null;
  /** Lifetime of a device code, and the minimum time between two polls, s. */
  readonly deviceCodeTtl: number;
  readonly devicePollInterval: number;
  /** URL of the provider's login page; null: Regrant's sign-in page. */
  readonly loginUrl: string | null;
  /** The `acr` values that a sign-in can have (RFC 9470), the login page's or the sign-in page's; empty: it has none. */
  readonly acrValues: readonly string[];
  /** That of a sign-in on Regrant's sign-in page; null: none. */
  readonly passwordAcr: string | null;
  readonly store: Store;
  readonly userStore: UserStore;
  readonly clients: ClientCache;
  /** The public keys of clients. */
  readonly clientKeys: ClientKeys;
  /** What client assertions must be. */
  readonly assertionRules: AssertionRules;
  readonly mutualTls: MutualTls;
  readonly keys: KeyRing;
  readonly revocations: RevocationFeed;
  readonly throttles: Throttles;
  readonly registration: RegistrationRules;
  readonly documents: RemoteDocuments;
  /** Polls of Shared Signals that wait for an event. */
  readonly streamPolls: StreamPolls;
  /** Events may be sent to this machine and its network: `webhookPrivateAddresses`. */
  readonly privateReceivers: boolean;
  /** Issuers that may end all sessions of a subject. */
  readonly revocationIssuers: TrustedIssuers<RevocationIssuerSetting>;
  /** Issuers whose JWTs get access tokens for their users. */
  readonly assertionIssuers: TrustedIssuers<AssertionIssuerSetting>;
  /** Refresh tokens of a former token service; null: no migration is configured. */
  readonly legacyTokens: LegacyTokens | null;
  readonly metrics: Metrics;
  /** null: this process has not set up OpenTelemetry. */
  readonly tracing: Tracing | null;
  readonly log: Log;
}
