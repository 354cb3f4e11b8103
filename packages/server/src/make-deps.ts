import { GRANT_TYPES, JWT_BEARER } from "./client-settings/grant-types.ts";
import { assertionRules } from "./clients/assertion-rules.ts";
import { mutualTls } from "./clients/mutual-tls.ts";
import type { MutualTls } from "./clients/mutual-tls.ts";
import { ClientCache } from "./clients/client-cache.ts";
import { RemoteDocuments } from "./clients/remote-documents.ts";
import { fetchDocument } from "./clients/cimd/fetch-document.ts";
import { ClientKeys } from "./clients/client-keys.ts";
import { createThrottles } from "./limits/throttles.ts";
import { registrationRules } from "./clients/registration-rules.ts";
import type { Config } from "./config/resolve-config.ts";
import type { Deps } from "./deps.ts";
import { detailTypes } from "./config/authorization-details-settings.ts";
import { PATHS } from "./endpoints/metadata.ts";
import { anyAccepts } from "./config/assertion-settings.ts";
import { trustedIssuers } from "./issuers/trusted-issuers.ts";
import { DpopNonces } from "./keys/dpop-nonces.ts";
import { hostUserStore } from "./identity/host-user-store.ts";
import type { CheckPassword } from "./identity/host-user-store.ts";
import { httpUserStore } from "./identity/http-user-store.ts";
import { localUserStore } from "./identity/local-user-store.ts";
import type { UserStore } from "./identity/user-store.ts";
import type { LocalUserStoreDeps } from "./identity/local-user-store.ts";
import { PassportLegacyTokens } from "./passport/legacy-tokens.ts";
import type { Passport } from "./passport/migration.ts";
import { RevocationFeed } from "./revocations/feed.ts";
import { StreamPolls } from "./signals/stream-polls.ts";
import type { FailureStore, GrantType } from "./store/store.ts";

/** The parts that differ between the service and a command that issues tokens without serving. */
interface Parts extends Pick<Deps, "store" | "keys" | "metrics" | "tracing" | "log"> {
  /** Where throttles count over all nodes; null: in this process alone. */
  failures: FailureStore | null;
  /** The authorities of client certificates; null or left out: there are none. */
  authorities?: MutualTls["authorities"];
  /** null: no migration from Laravel Passport is configured. The caller closes it. */
  passport: Passport | null;
  /** Checks passwords in place of the accounts that the settings name. */
  accounts?: CheckPassword | undefined;
  /** Fetches a client ID metadata document; tests replace it. */
  fetchDocument?: typeof fetchDocument | undefined;
}

/**
 * Builds the one `Deps` that every room below takes its parts from. The caller loads the keys, closes the store and
 * closes what Passport has open.
 */
export function makeDeps(config: Config & { issuer: string }, parts: Parts): Deps {
  const { store, keys, metrics, tracing, log, failures, passport } = parts;
  const {
    issuer,
    jwksMaxAge,
    explanations,
    requirePkce,
    requirePar,
    pushedRequestTtl,
    signInTtl,
    loginUrl,
    passwordAcr,
    deviceCodeTtl,
    devicePollInterval,
  } = config;
  const throttles = createThrottles(config, failures);
  return {
    issuer,
    audience: config.audience ?? issuer,
    resources: new Set(config.resources),
    authorizationDetailsTypes: detailTypes(config.authorizationDetailsTypes),
    grantTypes: GRANT_TYPES.filter((type) => isOffered(type, config)),
    jwksMaxAge,
    explanations,
    requirePkce,
    requirePar,
    pushedRequestTtl,
    signInTtl,
    loginUrl,
    acrValues: loginUrl === null ? [passwordAcr ?? []].flat() : config.acrValues,
    passwordAcr,
    deviceCodeTtl,
    devicePollInterval,
    store,
    userStore: chooseUserStore(config, parts, {
      store: { accounts: passport?.users ?? store.accounts, events: store.events },
      throttle: throttles.usernames,
      log,
    }),
    clients: new ClientCache(store.clients),
    clientKeys: new ClientKeys(parts.fetchDocument ?? fetchDocument, { now: () => store.now(), log }),
    assertionRules: assertionRules(config, { issuer, tokenUrl: issuer + PATHS.token }),
    mutualTls: mutualTls(config, parts.authorities ?? null),
    keys,
    dpopNonces: config.dpopNonce === "on" ? new DpopNonces(keys.masterKeys) : null,
    throttles,
    registration: registrationRules(config),
    documents: new RemoteDocuments(parts.fetchDocument ?? fetchDocument, () => store.now()),
    legacyTokens:
      passport && new PassportLegacyTokens({ passport, store, keys, throttle: throttles.legacyTokens }),
    revocations: new RevocationFeed({ store, keys }),
    streamPolls: new StreamPolls(),
    privateReceivers: config.webhookPrivateAddresses,
    assertionIssuers: trustedIssuers(config.assertionIssuers, parts.fetchDocument ?? fetchDocument),
    revocationIssuers: trustedIssuers(config.revocationIssuers, parts.fetchDocument ?? fetchDocument),
    metrics,
    tracing,
    log,
  };
}

/** The password grant can be off; assertions need an issuer that is trusted. */
function isOffered(type: GrantType, { passwordGrant, assertionIssuers: issuers }: Config): boolean {
  if (type === "password") return passwordGrant;
  return type !== JWT_BEARER || anyAccepts(issuers, "id-jag", "assertion");
}

/** The accounts of the embedding program, of the service that the settings name, of Laravel, or Regrant's own. */
function chooseUserStore(
  { accountsUrl: url, accountsSecret: secret, accountsTimeout }: Config,
  { accounts, tracing }: Pick<Parts, "accounts" | "tracing">,
  deps: LocalUserStoreDeps,
): UserStore {
  const timeout = accountsTimeout * 1000;
  if (accounts !== undefined) return hostUserStore({ accounts, timeout, ...deps });
  if (url === null || secret === null) return localUserStore(deps);
  return httpUserStore({ service: { url, secret, timeout, fetch: tracing?.fetch }, ...deps });
}
