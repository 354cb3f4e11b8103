import assert from "node:assert/strict";
import { generateKeyPairSync } from "node:crypto";
import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { after, before, suite, test } from "node:test";
import { printError } from "../cli-error.ts";
import { createProgram } from "../commands.ts";
import { CommandLine } from "../testing.ts";
import type { Finished, Running } from "../testing.ts";

const regrant = new CommandLine();
/** Another machine: no database, no key. */
const elsewhere = new CommandLine();
let serving: Running & { address: string };
let env: Record<string, string> = {};
let ids: { client: string; subject: string; grant: string; refreshToken: string };

before(async () => {
  const create = ["client", "create", "--name", "Shop", "--scope", "read", "--grant-type", "password"];
  const client = String((await regrant.one([...create, "--grant-type", "refresh_token"]))["client_id"]);
  const account = ["account", "create", "--username", "ada", "--password-stdin"];
  const subject = String((await regrant.one(account, "correct horse"))["subject"]);
  serving = await regrant.serve(["--admin", "on"]);
  const issuer = ["--issuer", serving.address];
  const issue = ["grant", "issue", "--client", client, "--subject", subject, ...issuer];
  const tokens = await regrant.one(issue);
  await regrant.one(issue);
  const [first] = await regrant.json(["grant", "list", "--limit", "1"]);
  const refreshToken = String(tokens["refresh_token"]);
  ids = { client, subject, grant: String(first?.["grant_id"]), refreshToken };
  const { access_token: token } = await regrant.one(["admin", "token", ...issuer]);
  env = {
    REGRANT_SERVER: serving.address,
    REGRANT_ADMIN_TOKEN: String(token),
  };
});
after(async () => {
  serving.child.kill("SIGTERM");
  await serving.finished;
});

/** Runs a command on the database, and the same one over the admin API. */
async function both(args: readonly string[], input = ""): Promise<{ local: Finished; remote: Finished }> {
  if (input === "") {
    const local = await here(args, {
      REGRANT_DATABASE: regrant.database,
      REGRANT_ISSUER: serving.address,
      REGRANT_SIGNING_ALGORITHM: "EdDSA",
    });
    return { local, remote: await here(args, env) };
  }
  const local = await regrant.run(args, { input });
  return { local, remote: await elsewhere.run(args, { input, env }) };
}

/** Runs a command in this process, which is much faster; the service is another one all the same. */
async function here(args: readonly string[], variables: Record<string, string>): Promise<Finished> {
  const { log, error } = console;
  const before = { ...process.env };
  let [stdout, stderr] = ["", ""];
  console.log = (text: string) => (stdout += `${text}\n`);
  console.error = (text: string) => (stderr += `${text}\n`);
  Object.assign(process.env, { TZ: "UTC" }, variables);
  try {
    await createProgram().parseAsync(args, { from: "user" });
    return { code: 0, stdout, stderr };
  } catch (thrown) {
    return { code: printError(thrown), stdout, stderr };
  } finally {
    Object.assign(console, { log, error });
    for (const name of Object.keys(variables)) if (before[name] === undefined) delete process.env[name];
  }
}

/** What differs between two runs of a command that makes something: ids, secrets, instants, ages. */
function normalized({ code, stdout, stderr }: Finished): Finished {
  const same = (text: string) =>
    text
      .replaceAll(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|\+00:00)/g, "TIME")
      .replaceAll(/\((?:in )?\d+ m?(?:s|in|d)(?: \d+ s)?(?: ago)?\)/g, "(AGE)")
      .replaceAll(/[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, "ID")
      .replaceAll(/\bwhsec_[\w+/=]+|\b[\w-]{40,}\b/g, "SECRET")
      .replaceAll(/"(?:changed|added)":(?:true|false)/g, "CHANGED")
      .replaceAll(/"number":\d+|MAC key \d+/g, "NUMBER")
      .replaceAll(/"kid":"[^"]+"|Signing key \S+/g, "KID");
  return { code, stdout: same(stdout), stderr: same(stderr) };
}

/** Commands that only read: what they print must be the same, to the letter. */
const READING: readonly (() => readonly string[])[] = [
  () => ["client", "list"],
  () => ["client", "list", "--search", "sho"],
  () => ["client", "show", ids.client],
  () => ["client", "show", "absent"],
  () => ["account", "list"],
  () => ["account", "list", "--search", "ad"],
  () => ["account", "show", "ada"],
  () => ["account", "show", "nobody"],
  () => ["grant", "list"],
  () => ["grant", "list", "--username", "ada", "--state", "active"],
  () => ["grant", "list", "--client", ids.client, "--limit", "1"],
  () => ["grant", "list", "--ending-within", "366"],
  () => ["grant", "list", "--after", "nothing"],
  () => ["grant", "show", ids.grant],
  () => ["grant", "explain", ids.grant],
  () => ["grant", "explain", "ada"],
  () => ["grant", "explain", "--username", "nobody"],
  () => ["keys", "list"],
  () => ["registration-token", "list"],
  () => ["webhook", "list"],
  () => ["webhook", "show", "absent"],
  () => ["stream", "list"],
  () => ["events"],
  () => ["events", "--last", "3"],
  () => ["events", "--type", "client", "--since", "1h", "--until", "2100-01-01"],
  () => ["events", "--username", "ada"],
  () => ["events", "--subject", "nobody"],
];

/** Commands that change something, each run by both. */
const CHANGING: readonly (readonly [args: () => readonly string[], input?: string])[] = [
  [() => ["client", "create", "--name", "New", "--grant-type", "client_credentials"]],
  [() => ["client", "create", "--name", "Phone", "--public"]],
  [() => ["client", "create", "--name", "Bad", "--redirect-uri", "javascript:x"]],
  [() => ["client", "update", ids.client, "--retry-window", "60"]],
  [() => ["client", "update", ids.client, "--retry-window", "0"]],
  [() => ["client", "update", ids.client, "--release"]],
  [() => ["client", "rotate-secret", ids.client, "--overlap", "3600"]],
  [() => ["client", "delete", "absent"]],
  [() => ["account", "create", "--username", "ada", "--password-stdin"], "taken name"],
  [() => ["account", "set-password", "ada", "--password-stdin"], "another password"],
  [() => ["account", "set-operator", "ada", "--remove"]],
  [() => ["account", "enable", "ada"]],
  [() => ["grant", "extend", ids.grant, "--by", "60"]],
  [() => ["grant", "explain", "-"], "rgr_forged"],
  [() => ["registration-token", "create", "--name", "Partner"]],
  [() => ["registration-token", "delete", "absent"]],
  [() => ["webhook", "create", "--url", "https://panel.example/hooks", "--event", "client.deleted"]],
  [() => ["webhook", "pause", "absent"]],
  [() => ["stream", "create", "--client", ids.client, "--poll"]],
  [() => ["stream", "create", "--client", "absent", "--poll"]],
  [() => ["stream", "pause", "absent"]],
  [() => ["stream", "delete", "absent"]],
  [() => ["keys", "rotate", "--mac"]],
  [
    () => ["keys", "import", "-"],
    generateKeyPairSync("rsa", { modulusLength: 2048 })
      .privateKey.export({ type: "pkcs8", format: "pem" })
      .toString(),
  ],
  [() => ["keys", "distrust", "0"]],
  [() => ["grant", "revoke", "--subject", "nobody", "--before", "1h"]],
];

suite("a command prints the same over the admin API as on the database", () => {
  test("reading, as text and as JSON", async () => {
    const cases = READING.flatMap((args, i) => [args(), ...(i % 3 === 0 ? [[...args(), "--json"]] : [])]);
    for (const args of cases) {
      const { local, remote } = await both(args);
      assert.deepEqual(normalized(remote), normalized(local), args.join(" "));
    }
  });

  test("changing", async () => {
    for (const [args, input] of CHANGING) {
      const { local, remote } = await both([...args(), "--json"], input);
      assert.deepEqual(normalized(remote), normalized(local), args().join(" "));
    }
  });
});

test("a change over the admin API is an event in the name of the token's holder", async () => {
  const created = await elsewhere.run(["client", "create", "--name", "From afar", "--json"], { env });
  const { client_id: id } = JSON.parse(created.stdout) as { client_id: string };
  const [event] = await regrant.json(["events", "--client", id, "--type", "client.created"]);
  assert.match(JSON.stringify(event), /"actor":"cli:/);
});

test("events are followed over the admin API, until a signal ends it with 0", async () => {
  const following = elsewhere.start(["events", "--last", "0", "--follow", "--json"], env);
  const name = "Followed";
  // It begins at the end of the log, once it has read where that is.
  const seen = following.said(name).then(() => "seen");
  for (let i = 0; i < 20; i += 1) {
    const created = regrant.run(["client", "create", "--name", name]);
    if ((await Promise.race([seen, created])) === "seen") break;
  }
  await seen;
  following.child.kill("SIGTERM");
  assert.equal((await following.finished).code, 0);
});

test("a refresh token is explained over the admin API, and is in no argument", async () => {
  const { local, remote } = await both(["grant", "explain", "-"], ids.refreshToken);
  assert.equal(remote.code, 0, remote.stderr);
  assert.deepEqual(normalized(remote), normalized(local));
});

test("a client's id and secret, or a file with a token, do in place of a token", async () => {
  const create = ["client", "create", "--name", "Panel", "--grant-type", "client_credentials"];
  const client = await regrant.one([...create, "--scope", "regrant:admin.read"]);
  const { REGRANT_ADMIN_TOKEN: token = "", ...others } = env;
  const credentials = {
    ...others,
    REGRANT_ADMIN_CLIENT_ID: String(client["client_id"]),
    REGRANT_ADMIN_CLIENT_SECRET: String(client["client_secret"]),
  };
  const file = join(elsewhere.folder, "token");
  writeFileSync(file, `${token}\n`);
  const [read, write, byFile, wrong] = await Promise.all([
    elsewhere.run(["account", "show", "ada", "--json"], { env: credentials }),
    elsewhere.run(["account", "disable", "ada"], { env: credentials }),
    elsewhere.run(["account", "show", "ada", "--json"], {
      env: { ...others, REGRANT_ADMIN_TOKEN_FILE: file },
    }),
    elsewhere.run(["account", "list"], { env: { ...credentials, REGRANT_ADMIN_CLIENT_SECRET: "wrong" } }),
  ]);
  assert.deepEqual([read.code, read.stdout], [0, byFile.stdout], read.stderr);
  assert.deepEqual([write.code, write.stdout], [1, ""]);
  assert.match(write.stderr, /: the access token only reads\n/);
  assert.equal(wrong.code, 2);
  assert.match(wrong.stderr, /\(HTTP 401, invalid_client|invalid_client/);
  assert.ok(!`${write.stderr}${wrong.stderr}`.includes(credentials.REGRANT_ADMIN_CLIENT_SECRET));
});

test("what cannot be done from another machine says so", async () => {
  const wrong: (readonly [args: string[], env: Record<string, string>, message: RegExp])[] = [
    [
      ["client", "list"],
      { REGRANT_SERVER: "http://auth.example.com" },
      /REGRANT_SERVER must be https.*\n.*unencrypted/,
    ],
    [
      ["client", "list"],
      { REGRANT_SERVER: "https://u:s3cret@auth.example.com" },
      /not contain a username or a password/,
    ],
    [
      ["client", "list"],
      { REGRANT_ADMIN_TOKEN: "" },
      /^regrant: no access token for http\S+\n {2}hint: set REGRANT_ADMIN_TOKEN/,
    ],
    [["client", "list"], { REGRANT_ADMIN_TOKEN: "two words" }, /REGRANT_ADMIN_TOKEN holds no secret/],
    [
      ["client", "list"],
      { REGRANT_ADMIN_TOKEN: "s3cret" },
      /refuses the access token\n {2}hint: set another REGRANT_ADMIN_TOKEN/,
    ],
    [
      ["client", "list", "--server", serving.address, "--database", "sqlite:x"],
      {},
      /--server and --database cannot be combined/,
    ],
    [["client", "list"], { REGRANT_SERVER: `${serving.address}/nowhere` }, /has no admin API \(HTTP 404\)/],
    ...[
      "serve",
      "config",
      "restore --replay x",
      "import passport --from mysql://x/y",
      "grant issue --client c --subject s",
      "admin token",
    ].map(
      (command) =>
        [command.split(" "), {}, /works on the database itself, not over the admin API/] as [
          string[],
          Record<string, string>,
          RegExp,
        ],
    ),
  ];
  for (const [args, more, message] of wrong) {
    const { code, stdout, stderr } = await here(args, { ...env, ...more });
    assert.match(stderr, message);
    assert.deepEqual([code, stdout], [2, ""], args.join(" "));
    assert.ok(!stderr.includes("s3cret"));
  }
});

test("a server that does not answer, redirects or is another program is told apart", async () => {
  const server = createServer((request, response) => {
    if (request.url?.startsWith("/redirect"))
      response.writeHead(302, { Location: "http://127.0.0.1:9/" }).end();
    else if (request.url?.startsWith("/text")) response.end("<html>");
    else if (request.url?.startsWith("/busy")) response.writeHead(503).end();
    else request.socket.destroy();
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const cases = [
    ["/redirect", 2, /has no admin API \(HTTP 302\)/],
    ["/text", 2, /has no admin API \(HTTP 200\)/],
    ["/busy", 75, /cannot carry it out now: HTTP 503/],
    ["/gone", 75, /connection closed/],
  ] as const;
  for (const [path, code, message] of cases) {
    const finished = await here(["keys", "list", "--server", url + path], env);
    assert.match(finished.stderr, message);
    assert.equal(finished.code, code);
  }
  server.close();
});

test("a creation whose response is lost is sent again, with the same idempotency key", async () => {
  const keys: unknown[] = [];
  const server = createServer((request, response) => {
    keys.push(request.headers["idempotency-key"]);
    if (keys.length === 1) request.socket.destroy();
    else response.writeHead(201).end(JSON.stringify({ id: "1", name: "Partner" }));
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const args = ["registration-token", "create", "--name", "Partner", "--json", "--server", url];
  const { code, stderr } = await elsewhere.run(args, { env });
  assert.equal(code, 0, stderr);
  assert.equal(keys.length, 2);
  assert.match(String(keys[0]), /^[0-9a-f-]{36}$/);
  assert.equal(keys[0], keys[1]);
  server.close();
});
