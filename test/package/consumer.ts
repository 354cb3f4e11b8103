// A program that embeds the published package: compiled by a strict compiler, then run, away from the repository.
import {
  ConfigError,
  createRegrant,
  newClientSecret,
  newClientSettings,
  OAuthError,
  secretDigest,
} from "@regrant/server";
import type { ClientSettings, Event, OAuthErrorCode, Regrant, RegrantOptions } from "@regrant/server";

/** A type as it is, or nothing that can be had if its declarations were lost on the way. */
type Known<T> = 0 extends 1 & T ? never : T;

const options: Known<RegrantOptions> = {
  issuer: "https://auth.example.com/auth",
  database: "sqlite:embedded.db",
  logLevel: "error",
  retryWindow: 20,
  clientAddress: (request) => request.headers.get("x-real-ip") ?? "unknown",
};
const regrant: Known<Regrant> = await createRegrant(options);
try {
  const lifetimes = { accessTtl: 600, refreshIdleTtl: 86_400, refreshMaxTtl: 864_000, retryWindow: 20 };
  const settings: Known<ClientSettings> = newClientSettings({ name: "Consumer" }, lifetimes);
  const id = crypto.randomUUID();
  const secret = newClientSecret();
  const secrets = [{ digest: secretDigest(secret), expiresAt: null }];
  await regrant.store.clients.create({ ...settings, id, public: false, secrets }, "consumer");
  const first = await regrant.issue({ clientId: id, subject: "customer-7" });

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
  const events: Known<Event>[] = await regrant.store.events.list({ clientId: id }, 10);
  const refusal: OAuthErrorCode | undefined = await regrant
    .issue({ clientId: "nobody", subject: "customer-7" })
    .then(() => undefined)
    .catch((error: unknown) => (error instanceof OAuthError ? error.code : undefined));
  const faults = await createRegrant({ ...options, retryWindow: 0 })
    .then(() => [])
    .catch((error: unknown) => (error instanceof ConfigError ? error.faults : []));
  console.log(
    JSON.stringify({
      status: response.status,
      expiresIn: refreshed.expires_in,
      rotated: refreshed.refresh_token !== first.refresh_token,
      events: events.map(({ type }) => type),
      refusal,
      faults: faults.length,
      metrics: (await regrant.metrics()).includes("regrant"),
    }),
  );
} finally {
  await regrant.close();
}
