import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { Home } from "./testing.ts";

/** A Regrant server, and a user's commands in other processes. */
const home = new Home();
let address = "";
let stop = async () => {};
let client: Record<string, unknown> = {};

before(async () => {
  const grants = ["refresh_token", "password", "client_credentials"].flatMap((type) => [
    "--grant-type",
    type,
  ]);
  client = await home.one(["client", "create", "--name", "Scripts", ...grants, "--scope", "read"]);
  const account = ["account", "create", "--username", "ada", "--password-stdin"];
  assert.equal((await home.run(account, { input: "a pass phrase" })).code, 0);
  const service = await home.serve();
  address = service.address;
  stop = async () => {
    service.child.kill("SIGTERM");
    await service.finished;
  };
});
after(() => stop());

async function login(account: string, ...grant: string[]): Promise<void> {
  const about = ["--issuer", address, "--client-id", String(client["client_id"]), "--account", account];
  const input = `${String(client["client_secret"])}\n${grant.includes("password") ? "a pass phrase\n" : ""}`;
  const { code, stderr } = await home.run(["login", ...about, "--grant", ...grant, "--secrets-stdin"], {
    input,
  });
  assert.equal(code, 0, stderr);
}

test("ten scripts that pass the same rejected token cause one refresh at Regrant; logout revokes its grant", async () => {
  await login("ada", "password", "--username", "ada");
  const grantOf = async () => (await home.json(["grant", "list"]))[0];
  assert.equal((await grantOf())?.["generation"], 0);
  const input = await home.token("--account", "ada");
  const runs = await Promise.all(
    Array.from({ length: 10 }, () => home.run(["token", "--account", "ada", "--rejected"], { input })),
  );
  assert.deepEqual([...new Set(runs.map(({ code, stderr }) => `${code}${stderr}`))], ["0"]);
  assert.equal(new Set(runs.map(({ stdout }) => stdout)).size, 1);
  assert.equal((await grantOf())?.["generation"], 1);

  assert.equal(
    (await home.run(["logout", "--account", "ada"])).stderr,
    "Logged out ada and revoked its tokens.\n",
  );
  assert.notEqual((await grantOf())?.["revoked_at"], null);
});

test("all scripts share one client credentials token, which has the scope of the login", async () => {
  await login("robot", "client_credentials", "--scope", "read");
  await home.expire("robot");
  const tokens = await Promise.all(Array.from({ length: 10 }, () => home.token("--account", "robot")));
  const [token = ""] = new Set(tokens);
  assert.equal(new Set(tokens).size, 1);
  const claims = JSON.parse(Buffer.from(token.split(".")[1] ?? "", "base64url").toString()) as Record<
    string,
    unknown
  >;
  assert.deepEqual([claims["client_id"], claims["scope"]], [client["client_id"], "read"]);
});
