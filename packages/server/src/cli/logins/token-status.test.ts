import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { Home, ThirdPartyServer } from "./testing.ts";

let server: ThirdPartyServer;
before(async () => (server = await ThirdPartyServer.start()));
after(() => server.close());

const DAY = 86_400;

/** A login at a server that says these lifetimes, s. */
async function loginWith(lifetimes: object): Promise<Home> {
  const home = new Home();
  const tokens = { access_token: "access", refresh_token: "refresh", token_type: "Bearer", expires_in: 3600 };
  server.script({ status: 200, body: { ...tokens, ...lifetimes } });
  await home.login(server, "password", "--account", "shop");
  return home;
}

/** Days until an instant in JSON, rounded. */
function days(instant: unknown): number {
  return Math.round((Date.parse(String(instant)) - Date.now()) / (1000 * DAY));
}

const LIFETIMES = { refresh_token_timeout: 10 * DAY, authorization_expires_in: 300 * DAY };

test("token --status prints when the token and the session end, without the token and without a request", async () => {
  const home = await loginWith(LIFETIMES);
  const before = server.received.length;
  const { code, stdout, stderr } = await home.run(["token", "--account", "shop", "--status"]);
  assert.deepEqual([code, stderr], [0, ""]);
  const at = String.raw`\d{4}-\d\d-\d\dT\S+`;
  const expected = [
    "  account +shop",
    "  state +fresh",
    String.raw`  token expires +${at} \(in 59 min\)`,
    String.raw`  session ends if unused +${at} \(in 9 d 23 h\)`,
    String.raw`  session ends at the latest +${at} \(in 299 d\)`,
    "",
  ];
  assert.match(stdout, new RegExp(`^${expected.join("\\n")}$`));
  assert.equal(server.received.length, before);
});

test("token --status --json, token --json and logins --json have both ends as ISO 8601", async () => {
  const home = await loginWith(LIFETIMES);
  const outputs = [["token", "--account", "shop", "--status"], ["token", "--account", "shop"], ["logins"]];
  for (const args of outputs) {
    const [{ refresh_token_expires_at: unused, authorization_expires_at: latest } = {}] =
      await home.json(args);
    assert.match(String(unused), /^\d{4}-\d\d-\d\dT[\d:.]+Z$/);
    assert.deepEqual([days(unused), days(latest)], [10, 300], args.join(" "));
  }
  const [{ expires_at: expiresAt, ...status } = {}] = await home.json(outputs[0] ?? []);
  assert.equal(days(expiresAt), 0);
  assert.deepEqual([status["account"], status["state"], status["reason"]], ["shop", "fresh", null]);
  assert.equal("access_token" in status, false);
});

test("logins shows both ends", async () => {
  const home = await loginWith(LIFETIMES);
  const { stdout } = await home.run(["logins"]);
  // An end is shown to the second, and two commands may round it to two.
  const withoutTimes = (text: string) => text.replaceAll(/T\d\d:\S+/g, "");
  assert.equal(withoutTimes((await home.run(["login", "list"])).stdout), withoutTimes(stdout));
  assert.match(stdout, /^shop .* fresh +\d{4}-\S+ +\d{4}-\S+ +\d{4}-\S+$/m);
});

test("a server that does not say them shows none, and a session that has ended exits with 1", async () => {
  const home = await loginWith({ refresh_token_timeout: "soon", refresh_expires_in: 0 });
  const fresh = await home.run(["token", "--account", "shop", "--status"]);
  assert.match(fresh.stdout, /^ {2}account +shop\n {2}state +fresh\n {2}token expires +\S+ \(in .*\)\n$/);
  const [json] = await home.json(["token", "--account", "shop", "--status"]);
  assert.deepEqual([json?.["refresh_token_expires_at"], json?.["authorization_expires_at"]], [null, null]);
  const at = Date.now();
  await home.change("shop", { accessToken: undefined, ended: { reason: "rejected", at } });
  const ended = await home.run(["token", "--account", "shop", "--status"]);
  assert.equal(ended.code, 1);
  assert.match(ended.stdout, /state +ended: the server rejected its refresh token\n/);
});

test("token --status prints no token, so it combines with no option that changes or uses one", async () => {
  const home = await loginWith(LIFETIMES);
  for (const more of [
    ["--force"],
    ["--header"],
    ["--rejected"],
    ["--min-validity", "5"],
    ["--exec", "--", "true"],
  ]) {
    const { code, stdout } = await home.run(["token", "--account", "shop", "--status", ...more]);
    assert.deepEqual([code, stdout], [2, ""], more.join(" "));
  }
  const missing = await home.run(["token", "--account", "other", "--status"]);
  assert.deepEqual([missing.code, missing.stdout], [1, ""]);
});
