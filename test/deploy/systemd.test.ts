import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { after, test } from "node:test";
import { promisify } from "node:util";
import { SETTINGS } from "../../packages/server/src/config/schema.ts";
import { needSystemd } from "../need.ts";
import { cannotBoot, startSystemd } from "./systemd-machine.ts";

const FOLDER = join(import.meta.dirname, "../../deploy/systemd");
const read = (name: string) => readFileSync(join(FOLDER, name), "utf8");
const UNIT = read("regrant.service");
const GUIDE = read("README.md");
const PASSWORD = "correct horse battery staple";

const systemd = await needSystemd();
const missing = systemd.missing || (await cannotBoot());
// The journal is not there: services write to a file.
const LOG = "[Service]\nStandardOutput=append:/mnt/shared/log\nStandardError=append:/mnt/shared/log\n";
const machine = missing
  ? undefined
  : await startSystemd(
      {
        "regrant.service": UNIT,
        "regrant.service.d/log.conf": LOG,
        "regrant@.service": UNIT,
        "regrant@.service.d/log.conf": LOG,
        "regrant@.service.d/port.conf": read("port.conf"),
      },
      {
        "regrant/regrant.env": `${read("regrant.env")}REGRANT_SHUTDOWN_DELAY=0\n`,
        "regrant/master-key": Buffer.alloc(32, 7).toString("base64url"),
      },
    );
after(() => machine?.stop());

/** Runs a program in the machine, and returns what it printed. @throws AssertionError it failed */
async function run(args: readonly string[], input?: string): Promise<string> {
  assert.ok(machine);
  const { code, stdout, stderr } = await machine.run(args, input);
  assert.equal(code, 0, `${args.join(" ")}: ${stdout}${stderr}`);
  return stdout.trim();
}

/** A property of a unit, as systemd shows it. */
function property(name: string, unit = "regrant"): Promise<string> {
  return run(["systemctl", "show", "--property", name, "--value", unit]);
}

/** Runs Regrant's command in the machine as the guide says. */
async function command(args: readonly string[], input?: string): Promise<string> {
  const [, lines] = /```sh\n(regrant\(\) \([^]*?\n\)\n)/.exec(GUIDE) ?? [];
  assert.ok(lines);
  return run(["sh", "-c", `${lines}regrant "$@"`, "sh", ...args], input);
}

/** Sends a form to the token endpoint, and returns the JSON of the response. */
async function requestToken(form: Readonly<Record<string, string>>): Promise<Record<string, string>> {
  const program = `const body = new URLSearchParams(process.argv[1]);
    const response = await fetch("http://127.0.0.1:8787/oauth/token", { method: "POST", body });
    console.log(await response.text());`;
  const text = new URLSearchParams(form).toString();
  return JSON.parse(await run(["node", "--input-type=module", "--eval", program, text])) as Record<
    string,
    string
  >;
}

test("the guide says how exposed the unit is", { skip: systemd.missing }, async () => {
  const args = ["security", "--offline=true", join(FOLDER, "regrant.service")];
  const { stdout } = await promisify(execFile)(systemd.path, args);
  const [, exposure] = /Overall exposure level for regrant\.service: ([\d.]+)/.exec(stdout) ?? [];
  const [, said] = /rates its exposure ([\d.]+) of 10/.exec(GUIDE) ?? [];
  assert.ok(Number(exposure) <= Number(said), `${exposure}, not ${said}`);
});

test("the unit waits 5 s longer for a stop than a stop may take", () => {
  const [, patience] = /^TimeoutStopSec=(\d+)$/m.exec(UNIT) ?? [];
  assert.ok(Number(patience) >= SETTINGS.shutdownDelay.default + SETTINGS.shutdownTimeout.default + 5);
});

test("the unit's settings and each proxy's file name what a node on another machine than its proxy needs", () => {
  const proxies = ["nginx/regrant.conf", "caddy/Caddyfile", "envoy/envoy.yaml"];
  for (const file of ["systemd/regrant.env", ...proxies]) {
    const text = readFileSync(join(FOLDER, "..", file), "utf8");
    const named = new Set([...text.matchAll(/\b(REGRANT_\w+)=/g)].map(([, name]) => name));
    // A node on another machine than its proxy listens on loopback unless it is told its address.
    for (const name of ["REGRANT_ISSUER", "REGRANT_HOST", "REGRANT_TRUSTED_PROXIES"]) {
      assert.ok(named.has(name), `${file} does not name ${name}`);
    }
  }
});

test("systemd finds no fault with the unit", { skip: missing }, async () => {
  for (const unit of ["regrant.service", "regrant@8787.service"]) {
    assert.equal(await run(["sh", "-c", `systemd-analyze verify /mnt/units/${unit} 2>&1`]), "");
  }
});

test(
  "a start returns when the service is ready, without privileges, with its credential",
  { skip: missing },
  async () => {
    await run(["systemctl", "start", "regrant"]);
    assert.equal(await run(["/opt/regrant/node_modules/.bin/regrant", "health", "--ready"]), "ready");
    const status = await run(["cat", `/proc/${await property("MainPID")}/status`]);
    assert.match(status, /^CapBnd:\s+0+$/m);
    assert.match(status, /^NoNewPrivs:\s+1$/m);
    assert.match(status, /^Seccomp:\s+2$/m);
    assert.doesNotMatch(status, /^Uid:.*\b0\b/m);
    // No regrant.db.key: the master key came from the credential.
    const files = ["regrant.db", "regrant.db-shm", "regrant.db-wal"].map((name) => `600 regrant ./${name}`);
    const found = await run(["sh", "-c", "cd /var/lib/regrant && stat --format '%a %U %n' ./*"]);
    assert.deepEqual(found.split("\n"), files);
  },
);

test(
  "it hashes, signs and refreshes under these restrictions, beside root's commands",
  { skip: missing },
  async () => {
    const grants = ["--grant-type", "password", "--grant-type", "refresh_token"];
    const created = await command(["client", "create", "--name", "Test", ...grants, "--json"]);
    const { client_id, client_secret } = JSON.parse(created) as Record<"client_id" | "client_secret", string>;
    await command(["account", "create", "--username", "ada", "--password-stdin"], PASSWORD);
    const client = { client_id, client_secret };
    const first = await requestToken({
      ...client,
      grant_type: "password",
      username: "ada",
      password: PASSWORD,
    });
    const refresh = { ...client, grant_type: "refresh_token", refresh_token: String(first["refresh_token"]) };
    const second = await requestToken(refresh);
    assert.ok(second["refresh_token"], JSON.stringify(second));
    assert.notEqual(second["refresh_token"], first["refresh_token"]);
  },
);

test("a service that is killed starts again, and a stop is orderly", { skip: missing }, async () => {
  await run(["systemctl", "kill", "--kill-who=main", "--signal=SIGKILL", "regrant"]);
  await run(["/opt/regrant/node_modules/.bin/regrant", "health", "--ready", "--wait", "60"]);
  // Returns when the unit's own check has ended too: a stop during it would be a failed start.
  await run(["systemctl", "start", "regrant"]);
  assert.equal(await property("NRestarts"), "1");
  await run(["systemctl", "stop", "regrant"]);
  assert.equal(await property("Result"), "success");
  assert.equal(await property("ExecMainStatus"), "0");
});

test("two nodes of the template share a database", { skip: missing }, async () => {
  const nodes = ["regrant@8787", "regrant@8788"];
  // Each returns when its node is ready, on its port.
  await run(["systemctl", "start", ...nodes]);
  await run(["systemctl", "stop", ...nodes]);
  for (const node of nodes) assert.equal(await property("Result", node), "success");
  assert.equal(await run(["sh", "-c", "ls /var/lib/private"]), "regrant");
});

test(
  "a start fails at once, and is tried again, where the database is away, and not where a setting is wrong",
  { skip: missing },
  async () => {
    assert.ok(machine);
    for (const [line, state] of [
      ["REGRANT_DATABASE=postgres://nobody@127.0.0.1:1/regrant", "activating"],
      ["REGRANT_PROT=8787", "failed"],
    ]) {
      await run(["sh", "-c", `echo '${line}' >> /etc/regrant/regrant.env`]);
      assert.notEqual((await machine.run(["systemctl", "start", "regrant"])).code, 0);
      assert.equal(await property("ActiveState"), state);
      await run(["systemctl", "stop", "regrant"]);
    }
    assert.match(readFileSync(join(machine.shared, "log"), "utf8"), /REGRANT_PROT: is not a setting/);
  },
);
