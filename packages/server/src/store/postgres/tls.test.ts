import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { chmodSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { promisify } from "node:util";
import { CertificateAuthority } from "../../../../../test/certificates.ts";
import { needOpenssl, onPath } from "../../../../../test/need.ts";
import { temporaryFolder } from "../../../../../test/temporary-folder.ts";
import { openSource } from "../../passport/import/source.ts";
import { laravelDatabase } from "../../passport/laravel-database.ts";
import { TestServer } from "../contract/postgres-server.ts";
import { postgresTarget } from "../postgres-tls.ts";
import { connect, disconnect, queryAll } from "./connect.ts";

const openssl = await needOpenssl();

const MODES = ["disable", "allow", "prefer", "require", "verify-ca", "verify-full"] as const;

/** The authority that issued the server's certificates, another one, or no `sslrootcert`. */
type Root = "none" | "ours" | "another";

interface Server {
  /** The database: `pg_hba.conf` takes connections to `with` and `without` only with TLS, and only without. */
  database: "any" | "with" | "without";
  /** The name that its certificate is for; null: the server has no TLS. */
  certificate: "localhost" | "db.internal" | null;
}

/**
 * What libpq does in each mode, in the order of `MODES`: connects with TLS (`t`), connects without (`p`), or is refused
 * (`-`). See https://www.postgresql.org/docs/current/libpq-ssl.html.
 */
const TABLE: [string, Server, Record<Root, string>][] = [
  [
    "a certificate for the host's name",
    { database: "any", certificate: "localhost" },
    { none: "pptt--", ours: "pptttt", another: "ppp---" },
  ],
  [
    "TLS alone",
    { database: "with", certificate: "localhost" },
    { none: "-ttt--", ours: "-ttttt", another: "------" },
  ],
  [
    "TLS, and accounts that may not use it",
    { database: "without", certificate: "localhost" },
    { none: "ppp---", ours: "ppp---", another: "ppp---" },
  ],
  [
    "a certificate for another name",
    { database: "any", certificate: "db.internal" },
    { none: "pptt--", ours: "ppttt-", another: "ppp---" },
  ],
  ["no TLS", { database: "any", certificate: null }, { none: "ppp---", ours: "ppp---", another: "ppp---" }],
];

const ENCRYPTED = "SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()";

describe("sslmode", { skip: openssl.missing }, () => {
  let server: TestServer;
  let authorities: Record<Root, string | undefined>;
  let ours: CertificateAuthority;
  const warnings: Error[] = [];
  const warn = (warning: Error) => warnings.push(warning);

  before(async () => {
    process.on("warning", warn);
    ours = await CertificateAuthority.create(openssl.path);
    authorities = {
      none: undefined,
      ours: ours.cert,
      another: (await CertificateAuthority.create(openssl.path)).cert,
    };
    server = await TestServer.start(["fsync=off", `hba_file=${accessFile()}`]);
    for (const database of ["any", "with", "without", "certified"]) {
      await server.query("postgres", `CREATE DATABASE "${database}"`);
    }
    await configure("ssl_ca_file", ours.cert);
  });
  after(async () => {
    process.off("warning", warn);
    await server.stop();
  });

  async function configure(setting: string, value: string): Promise<void> {
    await server.query("postgres", `ALTER SYSTEM SET ${setting} = '${value}'`);
  }

  /** Has the server take a certificate, or none. */
  async function certify(name: Server["certificate"]): Promise<void> {
    if (name !== null) {
      const { cert, key } = await ours.issue(name);
      await configure("ssl_cert_file", cert);
      await configure("ssl_key_file", key);
    }
    await configure("ssl", name === null ? "off" : "on");
    await server.restart();
  }

  function urlOf(database: string, parameters: Record<string, string | undefined>): string {
    const url = new URL(server.url(database));
    url.hostname = "localhost";
    for (const [name, value] of Object.entries(parameters)) {
      if (value !== undefined) url.searchParams.set(name, value);
    }
    return url.href;
  }

  for (const [title, { database, certificate }, expected] of TABLE) {
    describe(`of a server with ${title}`, () => {
      before(() => certify(certificate));
      for (const root of ["none", "ours", "another"] as const) {
        const urls = () =>
          MODES.map((sslmode) => urlOf(database, { sslmode, sslrootcert: authorities[root] }));
        const what = `is libpq's; sslrootcert: ${root}`;
        test(what, async () => assert.equal(await inTurn(urls(), outcome), expected[root]));
        test(`${what}: Laravel's database`, async () =>
          assert.equal(await inTurn(urls(), outcomeOfLaravel), expected[root]));
        test(`${what}: the import`, async () =>
          assert.equal(await inTurn(urls(), outcomeOfImport), expected[root]));
        const skip = onPath("psql").length === 0 && "psql is not installed";
        test(`${what}: psql`, { skip }, async () =>
          assert.equal(await inTurn(urls(), outcomeOfPsql), expected[root]),
        );
      }
    });
  }

  describe("beside what psql can tell", () => {
    before(() => certify("localhost"));

    test("is prefer by default, and require for ssl=true", async () => {
      assert.equal(await outcome(urlOf("with", {})), "t");
      assert.equal(await outcome(urlOf("without", {})), "p");
      assert.equal(await outcome(urlOf("without", { ssl: "true" })), "-");
    });

    test("may begin with the handshake: sslnegotiation=direct", async () => {
      assert.equal(await outcome(urlOf("any", { sslmode: "require", sslnegotiation: "direct" })), "t");
    });

    test("may stand in the environment", async (t) => {
      t.after(() => {
        delete process.env["PGSSLMODE"];
        delete process.env["PGSSLROOTCERT"];
      });
      process.env["PGSSLMODE"] = "verify-full";
      assert.equal(await outcome(urlOf("any", {})), "-");
      process.env["PGSSLROOTCERT"] = ours.cert;
      assert.equal(await outcome(urlOf("any", {})), "t");
      assert.equal(await outcome(urlOf("any", { sslmode: "disable" })), "p");
      process.env["PGSSLMODE"] = "no-verify";
      await assert.rejects(connect(urlOf("any", {})), /unknown sslmode/);
    });

    test("trusts the operating system's authorities with sslrootcert=system", async (t) => {
      t.after(() => delete process.env["SSL_CERT_FILE"]);
      // Where OpenSSL looks for them; read once in a process.
      process.env["SSL_CERT_FILE"] = ours.cert;
      assert.equal(await outcome(urlOf("any", { sslrootcert: "system" })), "t");
    });

    test("presents the client's certificate", async () => {
      const { cert, key } = await ours.issue("postgres");
      // The other files are PostgreSQL's own.
      assert.equal(await outcome(urlOf("certified", { sslmode: "require" })), "-");
      assert.equal(
        await outcome(urlOf("certified", { sslmode: "require", sslcert: cert, sslkey: key })),
        "t",
      );
    });

    test("names a file that cannot be read", async () => {
      const url = urlOf("any", { sslmode: "verify-ca", sslrootcert: "/nowhere/ca.pem" });
      await assert.rejects(
        connect(url),
        /the URL of PostgreSQL names \/nowhere\/ca.pem, which cannot be read$/,
      );
    });

    test("asks a server that is down once", async () => {
      const began = performance.now();
      await assert.rejects(connect("postgres://u:p@127.0.0.1:1/d"), { code: "ECONNREFUSED" });
      assert.ok(performance.now() - began < 1000);
    });
  });

  test("the driver has warned of nothing", () => assert.deepEqual(warnings, []));
});

test("sslmode counts for nothing on a Unix socket, and its files for nothing where it is disable", () => {
  const tls = (parameters: string) => postgresTarget(`postgres:///d?${parameters}`).tls;
  assert.deepEqual(tls("host=/run/postgresql&sslmode=require"), [false]);
  assert.deepEqual(postgresTarget("postgres://%2Frun%2Fpostgresql/d?sslmode=require").tls, [false]);
  assert.deepEqual(tls("host=h&sslmode=disable&sslrootcert=/nowhere/ca.pem"), [false]);
});

/** Who may connect how. */
function accessFile(): string {
  const folder = temporaryFolder("hba");
  chmodSync(folder, 0o755);
  const file = join(folder, "pg_hba.conf");
  const anyone = "all all scram-sha-256\n";
  writeFileSync(
    file,
    `hostssl with ${anyone}hostnossl without ${anyone}hostssl certified all all cert\n` +
      `host any ${anyone}host postgres ${anyone}host regrant_template ${anyone}`,
  );
  return file;
}

async function inTurn(urls: string[], outcomeOf: (url: string) => Promise<string>): Promise<string> {
  let outcomes = "";
  for (const url of urls) outcomes += await outcomeOf(url);
  return outcomes;
}

async function outcome(url: string): Promise<string> {
  const client = await connect(url).catch(() => undefined);
  if (client === undefined) return "-";
  const [[row] = []] = await queryAll(client, [ENCRYPTED]);
  await disconnect(client);
  return row?.["ssl"] === true ? "t" : "p";
}

async function outcomeOfLaravel(url: string): Promise<string> {
  const database = laravelDatabase(url);
  try {
    const [row] = await database.query(ENCRYPTED, []);
    return row?.["ssl"] === true ? "t" : "p";
  } catch {
    return "-";
  } finally {
    await database.close();
  }
}

async function outcomeOfImport(url: string): Promise<string> {
  const source = await openSource(url).catch(() => undefined);
  if (source === undefined) return "-";
  const [row] = await source.query(ENCRYPTED);
  await source.close();
  return row?.["ssl"] === true ? "t" : "p";
}

/** Without the files of somebody's home. */
async function outcomeOfPsql(url: string): Promise<string> {
  const env = { PATH: process.env["PATH"], HOME: "/nowhere" };
  const psql = promisify(execFile)("psql", ["--no-psqlrc", "-Atc", ENCRYPTED, url], { env });
  return psql.then(
    ({ stdout }) => (stdout.trim() === "t" ? "t" : "p"),
    () => "-",
  );
}
