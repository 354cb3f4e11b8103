// How long after the end of all grants of a subject a resource server refuses their access tokens:
// `node bench/revocation.ts [--grants 10000] [--runs 3]`, on SQLite and on a PostgreSQL that it starts.
import { generateKeyPairSync, randomBytes } from "node:crypto";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { parseArgs } from "node:util";
import { createVerifier } from "@regrant/verify";
import type { Verifier } from "@regrant/verify";
import { SignJWT } from "jose";
import { createRegrant } from "../packages/server/src/index.ts";
import { freePort } from "../test/ports.ts";
import { startProgram, stopProgram } from "../test/program.ts";
import { temporaryFolder } from "../test/temporary-folder.ts";
import { startPostgres } from "./postgres.ts";

const COMMAND = join(import.meta.dirname, "../packages/regrant/bin/regrant.js");
const PATH = "/oauth/global-token-revocation";
/** Access tokens that are asked for again and again, evenly over the grants: each costs a signature's check. */
const ASKED = 200;
/** How long the last one may take, ms. */
const PATIENCE = 60_000;

const { values } = parseArgs({
  options: {
    grants: { type: "string", default: "1000" },
    runs: { type: "string", default: "1" },
    only: { type: "string" },
  },
});
const [grants, runs] = [Number(values.grants), Number(values.runs)];

/** An identity provider on loopback: its keys, and tokens that end all sessions of a subject. */
async function startIssuer() {
  const { privateKey, publicKey } = generateKeyPairSync("ed25519");
  const jwks = JSON.stringify({ keys: [{ ...publicKey.export({ format: "jwk" }), kid: "1", alg: "EdDSA" }] });
  const server = createServer((_, response) =>
    response.writeHead(200, { "content-type": "application/json" }).end(jwks),
  );
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const token = (audience: string) =>
    new SignJWT({ iss: issuer, aud: audience, jti: randomBytes(16).toString("hex") })
      .setProtectedHeader({ alg: "EdDSA", kid: "1" })
      .setIssuedAt()
      .setExpirationTime("5m")
      .sign(privateKey);
  return { issuer, token, close: () => server.close() };
}

type Issuer = Awaited<ReturnType<typeof startIssuer>>;

interface Setting {
  database: string;
  masterKey: string;
  issuer: string;
}

/** The ways to ask: at the node that serves the resource server's feed, or by an operator's command in another process. */
const WAYS = {
  "by global token revocation": async ({ issuer }: Setting, subject: string, idp: Issuer) => {
    const { status } = await fetch(issuer + PATH, {
      method: "POST",
      headers: {
        "content-type": "application/json",
        authorization: `Bearer ${await idp.token(issuer + PATH)}`,
      },
      body: JSON.stringify({ sub_id: { format: "opaque", id: subject } }),
    });
    if (status !== 204) throw new Error(`the revocation was refused: ${status}`);
  },
  "by an operator, in another process": async (setting: Setting, subject: string) => {
    const regrant = await createRegrant({ ...setting, logLevel: "silent" });
    await regrant.admin.grants.revokeAll({ subject });
    await regrant.close();
  },
};

async function measure(setting: Setting): Promise<void> {
  const idp = await startIssuer();
  const regrant = await createRegrant({ ...setting, signingAlgorithm: "EdDSA", logLevel: "silent" });
  const client = await regrant.admin.clients.create({ name: "bench", grantTypes: ["refresh_token"] });
  const api = await regrant.admin.clients.create({ name: "api", resourceServer: true });
  const env = {
    PATH: process.env["PATH"],
    NODE_OPTIONS: process.env["NODE_OPTIONS"],
    REGRANT_DATABASE: setting.database,
    REGRANT_MASTER_KEY: setting.masterKey,
    REGRANT_ISSUER: setting.issuer,
    REGRANT_PORT: new URL(setting.issuer).port,
    REGRANT_REVOCATION_ISSUERS: JSON.stringify([{ issuer: idp.issuer, jwksUri: `${idp.issuer}/jwks` }]),
  };
  const server = await startProgram(process.execPath, [COMMAND, "serve"], { ready: /listens on/, env });
  const revocations = { clientId: api.client_id, clientSecret: api.client_secret ?? "" };
  const { issuer } = setting;
  const verifier = createVerifier({ issuer, audience: issuer, revocations, allowHttp: true });
  for (const [way, ask] of Object.entries(WAYS)) {
    const times: number[] = [];
    const answers: number[] = [];
    for (let run = 0; run < runs; run += 1) {
      const subject = `${way} ${run}`;
      const tokens: string[] = [];
      while (tokens.length < grants) {
        const some = Array.from({ length: Math.min(100, grants - tokens.length) }, () =>
          regrant.issue({ clientId: client.client_id, subject }),
        );
        tokens.push(...(await Promise.all(some)).map((issued) => issued.access_token));
      }
      await verifier.ready();
      const every = Math.max(1, Math.floor(grants / ASKED));
      const asked = tokens.filter((_, i) => i % every === 0);
      const refused = refusals(verifier, asked);
      const began = performance.now();
      await ask(setting, subject, idp);
      answers.push(performance.now() - began);
      times.push(...(await refused).map((at) => at - began));
      for (const token of tokens)
        if (await isAccepted(verifier, token)) throw new Error("a token is accepted");
    }
    const sorted = times.toSorted((a, b) => a - b);
    const at = (share: number) => Math.round(sorted[Math.ceil(sorted.length * share) - 1] ?? Number.NaN);
    const last = Math.round(Math.max(...answers));
    console.log(
      `| ${setting.database.split(":")[0]}, ${way} | ${grants} | ${at(0.5)} | ${at(0.99)} | ${at(1)} | ${last} |`,
    );
  }
  verifier.close();
  await regrant.close();
  await stopProgram(server);
  idp.close();
}

/** When each token was refused first. All are asked for round after round, so a time is at most a round late. */
async function refusals(verifier: Verifier, tokens: readonly string[]): Promise<number[]> {
  const times: number[] = [];
  const until = performance.now() + PATIENCE;
  let left = tokens;
  while (left.length > 0) {
    if (performance.now() > until) throw new Error(`${left.length} tokens were not refused`);
    const still: string[] = [];
    for (const token of left) {
      if (await isAccepted(verifier, token)) still.push(token);
      else times.push(performance.now());
    }
    left = still;
    await pause(1);
  }
  return times;
}

async function isAccepted(verifier: Verifier, token: string): Promise<boolean> {
  const headers = new Headers({ authorization: `Bearer ${token}` });
  return (await verifier.verify({ method: "GET", headers })).outcome === "accepted";
}

const folder = temporaryFolder("bench-revocation");
const masterKey = randomBytes(32).toString("base64url");
console.log("| | grants | p50 ms | p99 ms | last ms | every refresh token refused, ms |");
console.log("| --- | ---: | ---: | ---: | ---: | ---: |");
const issuerOf = async () => `http://127.0.0.1:${await freePort()}`;
await measure({ database: `sqlite:${join(folder, "regrant.db")}`, masterKey, issuer: await issuerOf() });
const postgres = await startPostgres(folder);
const database = await postgres.newDatabase("revocation");
await measure({ database, masterKey, issuer: await issuerOf() });
await postgres.stop();
