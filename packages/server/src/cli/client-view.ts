import type { Client } from "../store/store.ts";
import { durationText, instantWithAge, isoInstant, printFields } from "./output.ts";

/** A client as JSON, for programs: wire names, instants in ISO 8601, lifetimes in s. Never a secret, nor its digest. */
export function clientJson(client: Client): Record<string, unknown> {
  return {
    client_id: client.id,
    name: client.name,
    public: client.public,
    grant_types: client.grantTypes,
    scopes: client.scopes,
    redirect_uris: client.redirectUris,
    first_party: client.firstParty,
    require_pkce: client.requirePkce,
    require_par: client.requirePar,
    self_registered: client.selfRegistered,
    metadata_uri: client.metadataUri,
    logo_uri: client.logoUri,
    client_uri: client.clientUri,
    policy_uri: client.policyUri,
    tos_uri: client.tosUri,
    profile: client.profile,
    audience: client.audience,
    resource_server: client.resourceServer,
    login_provider: client.loginProvider,
    rotation: client.rotation,
    rotation_threshold: client.rotationThreshold,
    reuse: client.reuse,
    late_retry: client.lateRetry,
    lost_writes: client.lostWrites,
    concurrent_use: client.concurrentUse,
    retry_window: client.retryWindow,
    access_ttl: client.accessTtl,
    refresh_idle_ttl: client.refreshIdleTtl,
    refresh_max_ttl: client.refreshMaxTtl,
    secrets: client.secrets.map(({ expiresAt }) => ({ expires_at: isoInstant(expiresAt) })),
    created_at: isoInstant(client.createdAt),
    disabled_at: isoInstant(client.disabledAt),
  };
}

/** A client for people, one setting a line. */
export function printClient(client: Client, now: number): void {
  const threshold = client.rotation === "threshold" ? `, after ${seconds(client.rotationThreshold)}` : "";
  printFields({
    client_id: client.id,
    name: client.name,
    kind: client.public ? "public (no secret)" : "confidential",
    registered: client.selfRegistered ? `by itself${ofDocument(client)}` : undefined,
    "grant types": listText(client.grantTypes),
    scopes: listText(client.scopes),
    "redirect URIs": listText(client.redirectUris),
    "sign-in": signInText(client),
    profile: client.profile,
    audience: client.audience ?? "the service's",
    introspects: client.resourceServer ? "every token" : "its own tokens",
    "login page": client.loginProvider ? "says who somebody is" : undefined,
    rotation: client.rotation + threshold,
    "retry window": seconds(client.retryWindow),
    policies: `reuse ${client.reuse}, late retry ${client.lateRetry}, lost writes ${client.lostWrites}, concurrent use ${client.concurrentUse}`,
    "access token": seconds(client.accessTtl),
    "refresh token": `${seconds(client.refreshIdleTtl)} unused, ${seconds(client.refreshMaxTtl)} at most`,
    secrets: client.public ? undefined : secretsText(client, now),
    created: instantWithAge(client.createdAt, now),
    disabled: client.disabledAt === null ? undefined : instantWithAge(client.disabledAt, now),
  });
}

function ofDocument({ metadataUri }: Client): string {
  return metadataUri === null ? "" : `, as ${metadataUri}`;
}

function signInText({ grantTypes, firstParty, requirePkce, requirePar, public: isPublic }: Client) {
  if (!grantTypes.includes("authorization_code")) return undefined;
  const consent = firstParty ? "without consent (first party)" : "with consent";
  const rules = [requirePkce || isPublic ? "PKCE" : "", requirePar ? "pushed requests" : ""].filter(Boolean);
  return rules.length === 0 ? consent : `${consent}; needs ${rules.join(" and ")}`;
}

function secretsText({ secrets }: Client, now: number): string {
  const texts = secrets.map(({ expiresAt }) => {
    if (expiresAt === null) return "one in force";
    return `an older one ${expiresAt <= now ? "ended" : "works until"} ${instantWithAge(expiresAt, now)}`;
  });
  return listText(texts, ", ");
}

function listText(values: readonly string[], separator = " "): string {
  return values.length === 0 ? "none" : values.join(separator);
}

function seconds(value: number): string {
  return durationText(value * 1000);
}
