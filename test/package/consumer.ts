// A program that embeds the published package: compiled by a strict compiler, then run, away from the repository.
import { AdminError, ConfigError, createRegrant } from "@regrant/server";
import type {
  AdminErrorCode,
  CheckPassword,
  ClientJson,
  ClientSettings,
  EventJson,
  GrantJson,
  Listing,
  Logger,
  LoginRequestJson,
  NewClientJson,
  Regrant,
  RegrantOptions,
  TokenResponseBody,
} from "@regrant/server";
import { createTestRegrant } from "@regrant/server/testing";
import type { TestRegrant } from "@regrant/server/testing";

/** A type as it is, or nothing that can be had if its declarations were lost on the way. */
type Known<T> = 0 extends 1 & T ? never : T;

const heard: string[] = [];
const options: Known<RegrantOptions> = {
  issuer: "https://auth.example.com/auth",
  database: "sqlite:embedded.db",
  logLevel: "error",
  retryWindow: 20,
  clientAddress: (request) => request.headers.get("x-real-ip") ?? "unknown",
  accounts: (async (username, password, { address, clientId, signal }) =>
    password === `${address} ${clientId} ${signal.aborted}`
      ? { subject: username }
      : null) satisfies CheckPassword,
  logger: console satisfies Logger,
  onEvent: ({ type, data }: Known<EventJson>) => heard.push(`${type} ${String(data["via"])}`),
};
const regrant: Known<Regrant> = await createRegrant(options);
try {
  const settings: Known<Partial<ClientSettings>> = { accessTtl: 600 };
  const client: Known<NewClientJson> = await regrant.admin.clients.create({ name: "Consumer", ...settings });
  const { client_id: id, client_secret: secret = "" } = client;
  const read: Known<ClientJson> = await regrant.admin.clients.get(id);
  const ttl: number = read.access_ttl;
  const first: Known<TokenResponseBody> = await regrant.issue({ clientId: id, subject: "customer-7" });

  const response: Response = await regrant.fetch(
    new Request("https://auth.example.com/auth/oauth/token", {
      method: "POST",
      body: new URLSearchParams({
        grant_type: "refresh_token",
        client_id: id,
        client_secret: secret,
        refresh_token: first.refresh_token ?? "",
      }),
    }),
  );
  const refreshed = (await response.json()) as { expires_in: number; refresh_token: string };
  const { items: events }: Known<Listing<EventJson>> = await regrant.admin.events.list({
    clientId: id,
    order: "oldest",
  });
  const {
    items: [grant],
  }: Known<Listing<GrantJson>> = await regrant.admin.grants.list({ clientId: id });
  const refusal: AdminErrorCode | undefined = await regrant
    .issue({ clientId: "nobody", subject: "customer-7" })
    .then(() => undefined)
    .catch((error: unknown) => (error instanceof AdminError ? error.code : undefined));
  const unsafe = await regrant.admin.clients
    .create({ name: "Unsafe", public: true, rotation: "never", reuse: "detect" })
    .then(() => [])
    .catch((error: unknown) => (error instanceof AdminError ? error.violations : []));
  const faults = await createRegrant({ ...options, retryWindow: 0 })
    .then(() => [])
    .catch((error: unknown) => (error instanceof ConfigError ? error.violations : []));
  const login: LoginRequestJson | AdminErrorCode | undefined = await regrant.login
    .describe("invented")
    .catch((error: unknown) => (error instanceof AdminError ? error.code : undefined));
  console.log(
    JSON.stringify({
      ttl,
      login,
      heard: heard.at(-1),
      tested: await tested(),
      status: response.status,
      expiresIn: refreshed.expires_in,
      rotated: refreshed.refresh_token !== first.refresh_token,
      events: events.map(({ type }) => type),
      refusal,
      grant: grant?.state,
      faults: faults.length,
      unsafe: unsafe.length,
      metrics: (await regrant.metrics()).includes("regrant"),
    }),
  );
} finally {
  await regrant.close();
}

/** The test kit, as a test uses it. */
async function tested(): Promise<string> {
  const auth: Known<TestRegrant> = await createTestRegrant();
  const tokens = await auth.tokens({ scope: "read" });
  auth.clock.advance(3600);
  auth.loseNextResponse();
  await auth.refresh(tokens);
  await auth.close();
  return (await auth.accessToken({ forged: true })).split(".").length === 3 ? "signed" : "not signed";
}
