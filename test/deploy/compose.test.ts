import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { cpSync, lstatSync, mkdirSync, readdirSync, readFileSync, renameSync } from "node:fs";
import { join } from "node:path";
import { before, test } from "node:test";
import { promisify } from "node:util";
import { loadConfig } from "../../packages/server/src/config/resolve-config.ts";
import { needCompose, needPython } from "../need.ts";
import { temporaryFolder } from "../temporary-folder.ts";
import { parseYaml } from "./yaml.ts";

const ROOT = join(import.meta.dirname, "../..");
const NODES = ["regrant-1", "regrant-2"];

/** What is read here of a service. */
interface Service {
  image: string;
  environment: Record<string, string>;
  networks: Record<string, { ipv4_address?: string } | null>;
  secrets?: { source: string }[];
  ports?: { published: number | string }[];
  volumes?: (string | { source: string })[];
  cap_drop: string[];
  cap_add?: string[];
  [setting: string]: unknown;
}

interface Compose {
  services: Record<string, Service>;
  networks: Record<string, { internal?: boolean }>;
  secrets: Record<string, { file: string }>;
}

const compose = await needCompose();
const python = await needPython("yaml");
const skip = compose.missing || python.missing;
const run = promisify(execFile);
/** A copy, with the secrets that its script makes. */
const folder = join(temporaryFolder("compose"), "deploy/compose");
let model: Compose;

before(async () => {
  cpSync(join(ROOT, "deploy/compose"), folder, {
    recursive: true,
    filter: (path) => !/(^|[/\\])(\.env|secrets)$/.test(path),
  });
  if (skip) return;
  const { stdout } = await run(compose.path, ["--env-file", ".env.example", "config"], { cwd: folder });
  [model] = (await parseYaml(python.path, stdout)) as [Compose];
});

test("Compose accepts the file, and refuses it without the settings that it needs", { skip }, async () => {
  assert.deepEqual(Object.keys(model.services).toSorted(), ["caddy", "postgres", ...NODES]);
  await assert.rejects(run(compose.path, ["config"], { cwd: folder }), /set it in \.env/);
});

test(
  "each service is read-only, without capabilities that it does not need, limited and checked",
  { skip },
  () => {
    for (const [name, service] of Object.entries(model.services)) {
      const { read_only, cap_drop, cap_add = [], security_opt, healthcheck, deploy, pids_limit } = service;
      assert.equal(read_only, true, name);
      assert.deepEqual(cap_drop, ["ALL"]);
      assert.deepEqual(cap_add, name === "caddy" ? ["NET_BIND_SERVICE"] : []);
      assert.deepEqual(security_opt, ["no-new-privileges:true"]);
      assert.ok(pids_limit && healthcheck && JSON.stringify(deploy).includes("memory"), name);
      assert.match(service.image, /:\d/);
    }
  },
);

test("clients reach Caddy alone, and PostgreSQL is reached by the nodes alone", { skip }, () => {
  const { networks, services } = model;
  const published = Object.entries(services).filter(([, { ports = [] }]) => ports.length > 0);
  assert.deepEqual(
    published.map(([name]) => name),
    ["caddy"],
  );
  assert.equal(networks["back"]?.internal, true);
  assert.deepEqual(Object.keys(services["postgres"]?.networks ?? {}), ["back"]);
  assert.deepEqual(Object.keys(services["caddy"]?.networks ?? {}), ["front"]);
});

test(
  "the nodes start with the secrets that the script makes, and believe Caddy alone",
  { skip },
  async () => {
    await run("sh", [join(folder, "make-secrets.sh")]);
    const [one, two] = NODES.map((name) => model.services[name]);
    assert.ok(one && two);
    assert.deepEqual(one.environment, two.environment);
    const { config } = loadConfig({ env: withSecrets(one), cwd: folder });
    const password = readFileSync(join(folder, "secrets/postgres_password"), "utf8");
    assert.equal(config.database, `postgres://regrant:${password}@postgres:5432/regrant`);
    assert.equal(config.issuer, "https://auth.example.com");
    assert.deepEqual(config.trustedProxies, [model.services["caddy"]?.networks["front"]?.ipv4_address]);
    const grace = config.shutdownDelay + 3 + config.shutdownTimeout;
    assert.ok(Number(String(one["stop_grace_period"]).replace("s", "")) >= grace + 5);
  },
);

/** The node's variables, with the paths of its secrets as on this machine. */
function withSecrets({ environment, secrets = [] }: Service): Record<string, string> {
  const entries = Object.entries(environment).map(([name, value]): [string, string] => {
    const secret = /^\/run\/secrets\/(.+)$/.exec(value)?.[1];
    if (secret === undefined) return [name, value];
    assert.ok(secrets.some(({ source }) => source === secret));
    return [name, model.secrets[secret]?.file ?? ""];
  });
  return Object.fromEntries(entries);
}

test("the secrets are made once, of random bytes, readable in containers and hidden on this machine", async () => {
  const other = join(folder, "../other");
  mkdirSync(other);
  cpSync(join(folder, "make-secrets.sh"), join(other, "make-secrets.sh"));
  await run("sh", [join(other, "make-secrets.sh")]);
  assert.equal(lstatSync(join(other, "secrets")).mode & 0o777, 0o700);
  for (const name of readdirSync(join(other, "secrets"))) {
    assert.equal(lstatSync(join(other, "secrets", name)).mode & 0o777, 0o444, name);
  }
  const key = readFileSync(join(other, "secrets/master_key"), "utf8");
  assert.equal(Buffer.from(key, "base64url").length, 32);
  await assert.rejects(run("sh", [join(other, "make-secrets.sh")]), /secrets exists already, nothing made/);
  assert.equal(readFileSync(join(other, "secrets/master_key"), "utf8"), key);
  renameSync(join(other, "secrets"), join(other, "before"));
  await run("sh", [join(other, "make-secrets.sh")]);
  assert.notEqual(readFileSync(join(other, "secrets/master_key"), "utf8"), key);
});

test("Caddy gets the variables that its file reads", { skip }, () => {
  const caddyfile = readFileSync(join(ROOT, "deploy/caddy/Caddyfile"), "utf8");
  const read = new Set([...caddyfile.matchAll(/\{\$(\w+)/g)].map(([, name = ""]) => name));
  const given = model.services["caddy"]?.environment ?? {};
  assert.deepEqual(Object.keys(given).toSorted(), [...read].toSorted());
  assert.equal(given["AUTH_NODES"], NODES.map((name) => `${name}:8787`).join(" "));
});
