// What a refresh with a DPoP proof costs beside a plain one, and beside a bare verification of its ES256 signature:
// `node bench/dpop.ts [--rounds 15] [--before FOLDER]`, on SQLite and on a PostgreSQL that it starts. FOLDER is a
// checkout of another commit, whose plain refresh is measured in the same rounds. No sockets: only CPU is compared.
import { createPublicKey, generateKeyPairSync, randomBytes, randomUUID, sign, verify } from "node:crypto";
import type { KeyObject } from "node:crypto";
import { loadavg } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import type { createRegrant } from "../packages/server/src/index.ts";
import { temporaryFolder } from "../test/temporary-folder.ts";
import { startPostgres } from "./postgres.ts";
import { median } from "./statistics.ts";

const ISSUER = "https://auth.example";
const TOKEN = `${ISSUER}/oauth/token`;
/** Grants of a side, each with a key of its own; all refresh at once. */
const GRANTS = 64;
/** How often each does so in a round. */
const TIMES = 6;

const { values } = parseArgs({
  options: { rounds: { type: "string", default: "15" }, before: { type: "string" } },
});
const rounds = Number(values.rounds);

interface Regrant {
  create: typeof createRegrant;
}

interface Side {
  name: string;
  /** Proofs of the next refreshes are made beforehand: they are the client's work. */
  round: () => () => Promise<void>;
  close: () => Promise<void>;
}

const keys = Array.from({ length: GRANTS }, () => generateKeyPairSync("ec", { namedCurve: "P-256" }));

function proof({ publicKey, privateKey }: { publicKey: KeyObject; privateKey: KeyObject }): string {
  const encode = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url");
  const header = { typ: "dpop+jwt", alg: "ES256", jwk: publicKey.export({ format: "jwk" }) };
  const claims = { htm: "POST", htu: TOKEN, jti: randomUUID(), iat: Math.floor(Date.now() / 1000) };
  const input = `${encode(header)}.${encode(claims)}`;
  const mark = sign("sha256", Buffer.from(input), { key: privateKey, dsaEncoding: "ieee-p1363" });
  return `${input}.${mark.toString("base64url")}`;
}

/** A round of one verification each, by a key that was read before. */
function bareVerification(): Side {
  const read = keys.map(({ publicKey }) =>
    createPublicKey({ key: publicKey.export({ format: "jwk" }), format: "jwk" }),
  );
  return {
    name: "bare ES256 verification",
    close: async () => {},
    round() {
      const proofs = Array.from({ length: TIMES }, () => keys.map(proof));
      return async () => {
        for (const [i, one] of proofs.flat().entries()) {
          const end = one.lastIndexOf(".");
          const key = { key: read[i % GRANTS] as KeyObject, dsaEncoding: "ieee-p1363" } as const;
          const mark = Buffer.from(one.slice(end + 1), "base64url");
          if (!verify("sha256", Buffer.from(one.slice(0, end)), key, mark)) throw new Error("does not fit");
        }
      };
    },
  };
}

async function refreshes(name: string, { create }: Regrant, database: string, bound: boolean): Promise<Side> {
  const masterKey = randomBytes(32).toString("base64url");
  const settings = { issuer: ISSUER, masterKey, signingAlgorithm: "EdDSA", logLevel: "warn" } as const;
  const regrant = await create({ ...settings, database });
  const created = await regrant.admin.clients.create({
    name,
    grantTypes: ["refresh_token"],
    public: true,
  });
  const clientId = created.client_id;
  const held: string[] = [];
  for (let i = 0; i < GRANTS; i++) {
    held.push((await regrant.issue({ clientId, subject: `subject-${i}` })).refresh_token ?? "");
  }
  const refresh = async (i: number, headers: Record<string, string>) => {
    const fields = { grant_type: "refresh_token", client_id: clientId, refresh_token: held[i] ?? "" };
    const request = new Request(TOKEN, { method: "POST", headers, body: new URLSearchParams(fields) });
    const response = await regrant.fetch(request);
    const body = (await response.json()) as { refresh_token?: string; token_type?: string };
    if (body.token_type !== (bound ? "DPoP" : "Bearer")) throw new Error(JSON.stringify(body));
    held[i] = body.refresh_token ?? "";
  };
  return {
    name,
    close: () => regrant.close(),
    round() {
      const headers = Array.from({ length: TIMES }, () =>
        keys.map((key): Record<string, string> => (bound ? { DPoP: proof(key) } : {})),
      );
      return async () => {
        for (const each of headers) await Promise.all(each.map((header, i) => refresh(i, header)));
      };
    },
  };
}

/** CPU of this process, all its threads, µs each. */
async function cpuOf(side: Side): Promise<number> {
  const work = side.round();
  const before = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / (GRANTS * TIMES);
}

async function compare(engine: string, newDatabase: (name: string) => Promise<string>): Promise<void> {
  const here: Regrant = { create: (await import("../packages/server/src/index.ts")).createRegrant };
  const sides = [
    bareVerification(),
    await refreshes("plain refresh", here, await newDatabase("plain"), false),
    await refreshes("DPoP refresh", here, await newDatabase("bound"), true),
  ];
  if (values.before !== undefined) {
    const module = (await import(join(values.before, "packages/server/src/index.ts"))) as {
      createRegrant: typeof createRegrant;
    };
    const there = { create: module.createRegrant };
    sides.push(await refreshes("plain refresh, before", there, await newDatabase("before"), false));
  }
  const costs = sides.map((): number[] => []);
  // Two rounds warm up; each begins with another side.
  for (let round = -2; round < rounds; round++) {
    for (let turn = 0; turn < sides.length; turn++) {
      const index = (turn + round + 2) % sides.length;
      const cost = await cpuOf(sides[index] as Side);
      if (round >= 0) costs[index]?.push(cost);
    }
  }
  for (const { close } of sides) await close();
  const [bare = [], plain = [], bound = [], before] = costs;
  for (const [i, { name }] of sides.entries()) {
    process.stdout.write(`${engine}: ${name}: ${median(costs[i] ?? []).toFixed(0)} us of CPU\n`);
  }
  const each = (of: (round: number) => number) => median(bare.map((_, round) => of(round))).toFixed(2);
  const proofCost = each((i) => ((bound[i] ?? 0) - (plain[i] ?? 0)) / (bare[i] ?? 1));
  process.stdout.write(`${engine}: a proof costs ${proofCost} bare verifications\n`);
  if (before !== undefined) {
    const ratio = each((i) => (plain[i] ?? 0) / (before[i] ?? 1));
    process.stdout.write(`${engine}: a plain refresh costs ${ratio} of the one before\n`);
  }
}

const folder = temporaryFolder("bench-dpop");
const load = () => loadavg().map((one) => one.toFixed(1));
process.stdout.write(`load ${load().join(", ")}\n`);
await compare("SQLite", async (name) => `sqlite:${join(folder, `${name}.db`)}`);
const postgres = await startPostgres(folder);
await compare("PostgreSQL", (name) => postgres.newDatabase(name));
await postgres.stop();
process.stdout.write(`load ${load().join(", ")}\n`);
process.exit(0);
