import { hash, randomBytes } from "node:crypto";
import { DocumentError } from "../../packages/server/src/clients/cimd/fetch-document.ts";
import { GRANT_TYPES } from "../../packages/server/src/client-settings/grant-types.ts";
import type { SettingOptions } from "../../packages/server/src/config/read-config.ts";
import { issuedVectors } from "../../packages/server/src/passport/vectors/vectors.ts";
import type { Random } from "../../packages/server/src/store/contract/populations/random.ts";
import { CALLBACK } from "../../packages/server/src/testing-browser.ts";
import { startService } from "../../packages/server/src/testing.ts";
import type { TestService } from "../../packages/server/src/testing.ts";
import { oddJson } from "./odd-values.ts";

export const USERNAME = "ada";
export const PASSWORD = "correct horse battery staple";
/** Of the only resource that is configured. */
const RESOURCE = "https://api.example/";

const NO_LIMIT = 1_000_000;

const COMMON: Partial<SettingOptions> = {
  masterKey: randomBytes(32).toString("base64url"),
  registration: "open",
  registrationScopes: ["read"],
  clientMetadataDocuments: true,
  resources: [RESOURCE],
  passportKey: issuedVectors.app_key,
  passportUnknownTokens: "trust",
  // A request that is refused for its number alone tests nothing else.
  clientFailuresPerMinute: NO_LIMIT,
  usernameFailuresPerAddress: NO_LIMIT,
  usernameFailuresPerMinute: NO_LIMIT,
  deviceRequestsPerMinute: NO_LIMIT,
  userCodeFailuresPerMinute: NO_LIMIT,
  registrationsPerMinute: NO_LIMIT,
  logLevel: "info",
};

/** The services that are fuzzed, by what is special about them. */
export const DEPLOYMENTS: Readonly<Record<string, Partial<SettingOptions>>> = {
  "own accounts": COMMON,
  "a login provider": { ...COMMON, loginUrl: "https://login.provider.example/" },
  "Passport 8": { ...COMMON, passportResponses: "passport-8" },
  "Passport 13": { ...COMMON, passportResponses: "passport-13" },
};

/** @param database undefined: SQLite, in a new folder */
export function deploy(
  settings: Partial<SettingOptions>,
  database: string | undefined,
  random: Random,
): Promise<TestService> {
  return startService(settings, {
    ...(database === undefined ? {} : { database }),
    async fetchDocument(url) {
      if (random.chance(0.3)) throw new DocumentError("unreachable");
      const good = { client_id: url, client_name: "Document", redirect_uris: [CALLBACK] };
      return { body: random.chance(0.5) ? good : oddJson(random), maxAge: random.integer(0, 100) };
    },
  });
}

/** What the first sessions know: of clients of each kind, one of them public, and of Passport's tokens. */
export async function populate(service: TestService): Promise<Record<string, string>[]> {
  await service.account(USERNAME, PASSWORD);
  const verifier = randomBytes(32).toString("base64url");
  const common = {
    redirect_uri: CALLBACK,
    scope: "read",
    state: "state",
    username: USERNAME,
    password: PASSWORD,
    subject: "customer-7",
    resource: RESOURCE,
    code_verifier: verifier,
    code_challenge: hash("sha256", verifier, "base64url"),
  };
  const grantTypes = [...GRANT_TYPES];
  const redirectUris = [CALLBACK];
  const web = await service.client({ grantTypes, redirectUris, resourceServer: true });
  const shop = await service.client({ grantTypes, redirectUris, firstParty: true, rotation: "always" });
  const app = await service.client(
    { grantTypes: grantTypes.filter((type) => type !== "client_credentials"), redirectUris },
    { isPublic: true },
  );
  const page = await service.client({ grantTypes: [], loginProvider: true });
  const known: Record<string, string>[] = [{ ...common, ...page.credentials }];
  for (const client of [web, shop, app]) {
    const { accessToken, refreshToken } = await service.grant(client);
    const tokens = { access_token: accessToken, refresh_token: refreshToken };
    known.push({ ...common, ...client.credentials, ...tokens });
  }
  return [...known, ...(await passportClients(service)).map((values) => ({ ...common, ...values }))];
}

/** Two clients of Passport's, each with tokens that PHP encrypted and signed. */
async function passportClients(service: TestService): Promise<Record<string, string>[]> {
  const tokens = issuedVectors.stacks.flatMap((stack) => stack.tokens);
  const first = tokens.find(({ client_secret }) => client_secret !== null);
  const other = tokens.find(({ client_secret }) => client_secret === null);
  const known = [];
  for (const token of [first, other]) {
    if (token === undefined) continue;
    const { client_id: id, client_secret: secret, access_token, refresh_token } = token;
    const given = { id, isPublic: secret === null, ...(secret === null ? {} : { secret }) };
    const { credentials } = await service.client({ grantTypes: ["refresh_token"] }, given);
    known.push({ ...credentials, access_token, refresh_token });
  }
  return known;
}
