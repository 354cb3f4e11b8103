import assert from "node:assert/strict";
import { generateKeyPairSync } from "node:crypto";
import type { KeyObject } from "node:crypto";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { before, test } from "node:test";
import { clientJson } from "../admin/clients.ts";
import { GRANT_TYPES, shortGrantType } from "../client-settings/grant-types.ts";
import { clientFixture, newClient } from "../store/contract/fixtures.ts";
import { openSqliteStore } from "../store/sqlite/engine.ts";
import { CommandLine, parseLines } from "./testing.ts";

const regrant = new CommandLine();
let id = "";
let secret = "";

function dataOf(event: Record<string, unknown> | undefined): Record<string, unknown> {
  assert.ok(event);
  return event["data"] as Record<string, unknown>;
}

before(async () => {
  const args = ["--name", "Shop", "--scope", "read", "--scope", "write", "--grant-type", "password"];
  const more = [
    "--grant-type",
    "refresh_token",
    "--redirect-uri",
    "https://shop.example/back",
    "--access-ttl",
    "600",
  ];
  const created = await regrant.one(["client", "create", ...args, ...more]);
  id = String(created["client_id"]);
  secret = String(created["client_secret"]);
  assert.deepEqual(Object.keys(created).slice(0, 3), ["client_id", "client_secret", "name"]);
});

test("the help names every grant type that a client may have, in lines of 80 columns", async () => {
  const { stdout } = await regrant.run(["client", "create", "--help"]);
  const [options = ""] = stdout.split("Global Options:");
  const words = new Set(options.split(/[\s,;:]+/));
  const missing = GRANT_TYPES.map(shortGrantType).filter((name) => !words.has(name));
  assert.deepEqual(missing, []);
  const long = options.split("\n").filter((line) => line.length > 80);
  assert.deepEqual(long, []);
});

test("an operator may register any private-use scheme, but not one that a browser runs", async () => {
  const args = ["client", "create", "--name", "App", "--public", "--grant-type", "authorization_code"];
  const created = await regrant.one([...args, "--redirect-uri", "myapp://callback"]);
  assert.deepEqual(created["redirect_uris"], ["myapp://callback"]);
  const { code, stderr } = await regrant.run([...args, "--redirect-uri", "javascript:alert(1)"]);
  assert.notEqual(code, 0);
  assert.match(stderr, /not a valid redirect URI: its scheme must be https or an application's/);
});

test("a new client has a UUID, a secret of 40 letters and digits, and what it was given", async () => {
  assert.match(id, /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
  assert.match(secret, /^[A-Za-z0-9]{40}$/);
  const { created_at, ...shown } = await regrant.one(["client", "show", id]);
  assert.ok(Math.abs(Date.parse(String(created_at)) - Date.now()) < 60_000);
  // Each setting of the table, and nothing else.
  const { created_at: _, ...complete } = clientJson(clientFixture());
  assert.deepEqual(Object.keys(shown), Object.keys(complete));
  assert.partialDeepStrictEqual(shown, {
    client_id: id,
    name: "Shop",
    public: false,
    grant_types: ["password", "refresh_token"],
    scopes: ["read", "write"],
    redirect_uris: ["https://shop.example/back"],
    token_endpoint_auth_method: "client_secret_basic",
    first_party: false,
    require_pkce: false,
    require_par: false,
    self_registered: false,
    metadata_uri: null,
    logo_uri: null,
    client_uri: null,
    policy_uri: null,
    tos_uri: null,
    profile: "rfc9068",
    audience: null,
    resource_server: false,
    login_provider: false,
    rotation: "always",
    rotation_threshold: 432_000,
    reuse: "revoke",
    late_retry: "once",
    lost_writes: "recover",
    concurrent_use: "report",
    retry_window: 120,
    access_ttl: 600,
    refresh_idle_ttl: 864_000,
    refresh_max_ttl: 31_536_000,
    secrets: [{ expires_at: null }],
    disabled_at: null,
  });
});

test("a public client has no secret, may only refresh, and is told every setting that it may not have", async () => {
  const args = ["client", "create", "--name", "Phone", "--public", "--json"];
  const [made, refused] = await Promise.all([
    regrant.run(args),
    regrant.run([...args, "--rotation", "never", "--reuse", "detect"]),
  ]);
  const client = JSON.parse(made.stdout) as Record<string, unknown>;
  assert.equal("client_secret" in client, false);
  assert.deepEqual([client["public"], client["grant_types"]], [true, ["refresh_token"]]);
  assert.deepEqual([refused.code, refused.stdout], [1, ""]);
  assert.match(refused.stderr, /  rotation must be always for a public client: .*RFC 9700/);
  assert.match(refused.stderr, /  reuse must be revoke for a public client: .*RFC 9700/);
});

test("an update changes what is given, keeps an unchosen threshold at half, and says when nothing changes", async () => {
  const args = [
    "client",
    "update",
    id,
    "--refresh-idle-ttl",
    "7200",
    "--redirect-uri",
    "",
    "--resource-server",
  ];
  const updated = await regrant.one(args);
  assert.equal(updated["changed"], true);
  assert.deepEqual([updated["refresh_idle_ttl"], updated["rotation_threshold"]], [7200, 3600]);
  assert.deepEqual([updated["redirect_uris"], updated["resource_server"]], [[], true]);
  assert.deepEqual([updated["scopes"], updated["access_ttl"]], [["read", "write"], 600]);
  assert.equal((await regrant.one(args))["changed"], false);
  const [event] = await regrant.json(["events", "--type", "client.updated"]);
  const { changed } = dataOf(event);
  assert.deepEqual(changed, ["redirectUris", "resourceServer", "refreshIdleTtl"]);

  const [refused, nothing] = await Promise.all([
    regrant.run(["client", "update", id, "--access-ttl", "20"]),
    regrant.run(["client", "update", id]),
  ]);
  assert.equal(refused.code, 1);
  assert.match(refused.stderr, /: retry_window must be less than access_ttl\./);
  assert.equal(nothing.code, 2);
  assert.match(nothing.stderr, /nothing to update: pass at least one option/);
});

test("a client that an older program wrote, with fewer settings, is shown and updated", async () => {
  const older = String((await regrant.one(["client", "create", "--name", "Older"]))["client_id"]);
  const complete = await regrant.one(["client", "show", older]);
  const database = new DatabaseSync(join(regrant.folder, "regrant.db"));
  database
    .prepare(
      "UPDATE clients SET settings = json_remove(settings, '$.logoUri', '$.metadataUri', '$.concurrentUse', '$.tokenEndpointAuthMethod') WHERE id = ?",
    )
    .run(older);
  database.close();
  assert.deepEqual(await regrant.one(["client", "show", older]), complete);
  const shown = await regrant.run(["client", "show", older]);
  assert.doesNotMatch(shown.stdout, /undefined|null/);
  assert.match(shown.stdout, /^ {2}concurrent use +report$/m);
  assert.match(shown.stdout, /^ {2}introspection +own tokens$/m);
  assert.match(shown.stdout, /^ {2}refresh token +idle 10 d, absolute 365 d$/m);
  const renamed = await regrant.one(["client", "update", older, "--name", "Renamed"]);
  assert.deepEqual(renamed, { ...complete, name: "Renamed", changed: true });
});

test("a setting that is off by default is switched on and off again, and a page is set and removed", async () => {
  const own = String((await regrant.one(["client", "create", "--name", "Switched"]))["client_id"]);
  const settings = ["--resource-server", "--logo-uri", "https://shop.example/logo.png"];
  const method = ["--token-endpoint-auth-method", "client_secret_post"];
  const on = await regrant.one(["client", "update", own, ...settings, ...method]);
  const members = ({ resource_server, logo_uri, token_endpoint_auth_method }: Record<string, unknown>) => [
    resource_server,
    logo_uri,
    token_endpoint_auth_method,
  ];
  assert.deepEqual(members(on), [true, "https://shop.example/logo.png", "client_secret_post"]);
  const off = await regrant.one(["client", "update", own, "--no-resource-server", "--no-logo-uri"]);
  assert.deepEqual(members(off), [false, null, "client_secret_post"]);
  const refused = await regrant.run(["client", "update", own, "--token-endpoint-auth-method", "none"]);
  assert.match(refused.stderr, /token_endpoint_auth_method must not be none for a confidential client\./);
});

test("a rotated secret leaves the old one valid for the chosen overlap, a day unless told", async () => {
  const rotated = await regrant.one(["client", "rotate-secret", id]);
  assert.match(String(rotated["client_secret"]), /^[A-Za-z0-9]{40}$/);
  assert.notEqual(rotated["client_secret"], secret);
  const left = Date.parse(String(rotated["old_secret_valid_until"])) - Date.now();
  assert.ok(left > 86_000_000 && left <= 86_400_000, `${left} ms`);

  const ended = await regrant.run(["client", "rotate-secret", id, "--overlap", "0"]);
  assert.equal(ended.code, 0);
  assert.match(ended.stdout, /client_secret {2}[A-Za-z0-9]{40}/);
  assert.match(ended.stdout, /The old secret no longer works/);
});

test("clients are listed, disabled, enabled and deleted, each change by somebody with a name", async () => {
  assert.equal((await regrant.one(["client", "disable", id]))["client_id"], id);
  const [again, listed] = await Promise.all([
    regrant.run(["client", "disable", id]),
    regrant.run(["client", "list"]),
  ]);
  assert.deepEqual([again.code, again.stderr], [0, "The client was already disabled.\n"]);
  assert.match(listed.stdout, /^ID +NAME +KIND +STATE +GRANT TYPES\n/);
  assert.match(
    listed.stdout,
    new RegExp(`^${id} +Shop +confidential +disabled +password refresh_token$`, "m"),
  );
  assert.equal((await regrant.one(["client", "enable", id]))["disabled_at"], null);
  assert.deepEqual(await regrant.one(["client", "delete", id]), { client_id: id, deleted: true });

  const [gone, kept] = await Promise.all([
    regrant.run(["client", "show", id, "--json"]),
    regrant.run(["events", "--client", id, "--json"]),
  ]);
  assert.deepEqual([gone.code, gone.stdout], [1, ""]);
  assert.equal(
    gone.stderr,
    `{"error":"client not found: ${id}","hint":"list them with npx regrant client list","code":"not_found"}\n`,
  );

  assert.equal(kept.stdout.includes(secret), false);
  const events = parseLines(kept.stdout);
  const told = events.map((event) => [event["type"], dataOf(event)["actor"]]);
  const by = told[0]?.[1];
  assert.match(String(by), /^cli:./);
  const types = ["created", "updated", "secret_rotated", "secret_rotated", "disabled", "enabled", "deleted"];
  assert.deepEqual(
    told,
    types.map((type) => [`client.${type}`, by]),
  );
});

test("a public first-party client that other programs of a device can answer for is warned of", async () => {
  const args = ["--public", "--first-party", "--grant-type", "authorization_code", "--json"];
  const create = (...uris: string[]) =>
    regrant.run([
      "client",
      "create",
      "--name",
      "Phone",
      ...args,
      ...uris.flatMap((uri) => ["--redirect-uri", uri]),
    ]);
  const loopback = await create("http://127.0.0.1/cb", "com.example.app:/cb", "https://app.example/cb");
  assert.equal(loopback.code, 0, loopback.stderr);
  assert.deepEqual(
    [...loopback.stderr.matchAll(/^warning: any program on a user's device can receive (\S+),/gm)].map(
      ([, uri]) => uri,
    ),
    ["http://127.0.0.1/cb", "com.example.app:/cb"],
  );
  const made = await create("https://app.example/cb");
  assert.equal(made.stderr, "");
  const { client_id: phone } = JSON.parse(made.stdout) as { client_id: string };
  const updated = await regrant.run([
    "client",
    "update",
    phone,
    "--redirect-uri",
    "http://localhost/cb",
    "--json",
  ]);
  assert.match(updated.stderr, /^warning: .*http:\/\/localhost\/cb.*RFC 8252/);
  const asked = await regrant.run(["client", "update", phone, "--no-first-party", "--json"]);
  assert.deepEqual([asked.code, asked.stderr], [0, ""]);
});

test("create and update warn of settings that have no effect without another one", async () => {
  const create = async (...args: string[]) => {
    const made = await regrant.run(["client", "create", "--name", "Agent", "--json", ...args]);
    assert.equal(made.code, 0, made.stderr);
    return made;
  };
  const type = "--grant-type=token-exchange";
  assert.match((await create(type)).stderr, /^warning: .*add --token-exchange delegation/);
  assert.match((await create("--token-exchange=delegation")).stderr, /without --grant-type token-exchange$/m);
  const child = await create(type, "--token-exchange=delegation", "--exchange-grant-ttl=60");
  assert.equal(
    child.stderr,
    "warning: --exchange-grant-ttl has no effect without --grant-type refresh_token\n",
  );
  const named = await create("--tls-san-dns=a.example");
  assert.match(named.stderr, /^warning: --tls-san-dns has no effect without .* tls_client_auth$/m);
  const method = "--token-endpoint-auth-method=tls_client_auth";
  assert.equal((await create(method, "--tls-san-dns=a.example")).stderr, "");
});

test("what is on by default can be left out of a new client", async () => {
  const made = await regrant.one(["client", "create", "--name", "App", "--public", "--no-bind-on-refresh"]);
  assert.equal(made["bind_on_refresh"], false);
  const plain = await regrant.one(["client", "create", "--name", "App", "--public"]);
  assert.equal(plain["bind_on_refresh"], true);
});

test("what is set of a client that registered itself is shown, and released", async () => {
  const store = await openSqliteStore(join(regrant.folder, "regrant.db"));
  const { id: own, ...settings } = newClient({ selfRegistered: true, scopes: ["read", "write"] });
  await store.clients.create({ id: own, ...settings }, "registration");
  await store.close();
  await regrant.one([
    "client",
    "update",
    own,
    "--scope",
    "read",
    "--name",
    "Checked",
    "--tos-uri",
    "https://a.example/",
  ]);
  const shown = await regrant.run(["client", "show", own]);
  assert.match(shown.stdout, /^ *set by operator +name tos_uri, scopes at most read$/m);
  const set = await regrant.one(["client", "show", own]);
  assert.deepEqual([set["set_by_operator"], set["scope_ceiling"]], [["name", "tos_uri"], ["read"]]);
  const released = await regrant.one(["client", "update", own, "--release"]);
  assert.deepEqual(
    [released["set_by_operator"], released["scope_ceiling"], released["name"]],
    [[], null, "Checked"],
  );
});

test("a client with keys has no secret, its keys are shown by their names, and it may change to a secret", async () => {
  const { publicKey, privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const write = (name: string, key: KeyObject) => {
    const file = join(regrant.folder, name);
    writeFileSync(file, JSON.stringify({ keys: [{ ...key.export({ format: "jwk" }), kid: "ledger-1" }] }));
    return file;
  };
  const args = ["client", "create", "--name", "Ledger", "--token-endpoint-auth-method", "private_key_jwt"];
  const made = await regrant.one([...args, "--jwks", write("public.json", publicKey)]);
  assert.deepEqual([made["public"], made["secrets"], "client_secret" in made], [false, [], false]);
  const own = String(made["client_id"]);
  const { stdout } = await regrant.run(["client", "show", own]);
  assert.match(stdout, /^ {2}authentication +private_key_jwt$/m);
  assert.match(stdout, /^ {2}keys +ledger-1$/m);
  assert.doesNotMatch(stdout, /secrets/);

  const [leaked, keyless, both, rotated] = await Promise.all([
    regrant.run([...args, "--jwks", write("private.json", privateKey)]),
    regrant.run(args),
    regrant.run(["client", "update", own, "--jwks-uri", "https://ledger.example/jwks.json"]),
    regrant.run(["client", "rotate-secret", own]),
  ]);
  assert.match(
    leaked.stderr,
    /The file must hold public keys only.*leave out its secret members, such as d\./,
  );
  assert.match(keyless.stderr, /jwks must be given, or jwks_uri, for a client with private_key_jwt\./);
  assert.match(both.stderr, /jwks_uri must not be given beside jwks/);
  assert.match(rotated.stderr, /the client authenticates by private_key_jwt, and has no secret/);

  const moved = ["--no-jwks", "--jwks-uri", "https://ledger.example/jwks.json"];
  const uri = await regrant.one(["client", "update", own, ...moved]);
  assert.deepEqual([uri["jwks"], uri["jwks_uri"]], [null, "https://ledger.example/jwks.json"]);
  await regrant.one(["client", "update", own, "--token-endpoint-auth-method", "client_secret_basic"]);
  assert.match(String((await regrant.one(["client", "rotate-secret", own]))["client_secret"]), /^\w{40}$/);
});
