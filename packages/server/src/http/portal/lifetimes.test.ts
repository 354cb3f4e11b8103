import assert from "node:assert/strict";
import { after, test } from "node:test";
import { startService } from "../../testing.ts";
import { rowsOf, shownPage } from "./testing.ts";

const PAGE = "/docs/lifetimes";

const service = await startService({
  accessTtl: 900,
  refreshIdleTtl: 86_400,
  refreshMaxTtl: 864_000,
  retryWindow: 30,
  deviceCodeTtl: 1200,
  signInTtl: 7200,
});
after(() => service.close());

test("the page on lifetimes has those of this instance", async () => {
  const html = await shownPage(service, PAGE);
  const lifetimes = (id: string) => rowsOf(html, id).map(([, lifetime]) => lifetime);
  assert.deepEqual(lifetimes("tokens"), ["15 minutes", "1 day", "10 days"]);
  const codes = ["60 seconds", "10 minutes", "20 minutes", "2 hours", "30 seconds"];
  assert.deepEqual(lifetimes("others"), codes);
  assert.match(html, /may stay unused for 1 day from then on/);
  assert.match(html, /after 10 days the user signs in again/);
});

test("a code, a pushed request and a device's codes last as long as it says", async () => {
  const client = await service.client({
    grantTypes: ["authorization_code", "urn:ietf:params:oauth:grant-type:device_code"],
    redirectUris: ["https://client.example/callback"],
  });
  const device = await service.post("/oauth/device_authorization", client.credentials);
  assert.equal(device.body["expires_in"], 1200);
  const pushed = await service.post("/oauth/par", { ...client.credentials, response_type: "code" });
  assert.equal(pushed.body["expires_in"], 600);
});

test("it names the members of a response that are lifetimes", async (t) => {
  const client = await service.client();
  const { refreshToken } = await service.grant(client);
  const { body } = await service.refresh(client, refreshToken);
  const numbers = Object.keys(body).filter((name) => typeof body[name] === "number");
  const named = async (of: typeof service) => rowsOf(await shownPage(of, PAGE), "own").map(([name]) => name);
  assert.deepEqual(await named(service), numbers);
  const passport = await startService({ passportResponses: "passport-13" });
  t.after(() => passport.close());
  assert.deepEqual(await named(passport), ["expires_in"]);
});
