import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Options } from "../options.ts";
import type { Algorithm } from "../signatures.ts";
import { serveHydra } from "./hydra.ts";
import type { HydraOptions } from "./hydra.ts";
import { serveKeycloak } from "./keycloak.ts";
import { servePeer } from "./peer.ts";
import { createDatabase, serve } from "./regrant.ts";
import type { RunningServer } from "./regrant.ts";

/** A token service that is measured. */
export interface Target {
  name: string;
  /** Of its database and its folder. */
  id: string;
  isPeer: boolean;
  /** A package of npm, which is installed into bench/. */
  isPackage: boolean;
  onPostgres: boolean;
  algorithm: Algorithm;
  /** How many times the usual warm-up it needs. */
  warmUps?: number;
  /** Fills the database with a client and its grants, and serves it. */
  start(place: Place): Promise<RunningServer>;
}

interface Place {
  folder: string;
  /** URL of an empty database; empty for a target that is not on PostgreSQL. */
  database: string;
  grants: number;
  profile: string | undefined;
}

/** Packages of npm and their entry files; twice, where their documentation shows a way that costs more than their best. */
const PEERS = [
  ["oidc-provider", "oidc-provider", ""],
  ["@node-oauth/oauth2-server", "node-oauth", ""],
  ["@jmondi/oauth2-server", "jmondi", ""],
  ["@jmondi/oauth2-server", "jmondi", "documented"],
  ["better-auth", "better-auth", ""],
  ["better-auth", "better-auth", "documented"],
] as const;

/** Programs of their own, in Go and in Java: only if they are installed, or asked for. */
const SERVERS: readonly Target[] = [
  hydra("Hydra", "hydra", {}),
  hydra("Hydra, client secret as a digest", "hydra-digest", { digest: true }),
  hydra("Hydra, grace period of 60 s", "hydra-grace", { grace: 60 }),
  {
    name: "Keycloak",
    id: "keycloak",
    isPeer: true,
    isPackage: false,
    onPostgres: true,
    algorithm: "RS256",
    // Java's compilers go on for longer than V8's.
    warmUps: 3,
    start: serveKeycloak,
  },
];

/** Those that the options ask for, in the order of their turns. */
export function listTargets({ algorithms, targets }: Options): Target[] {
  const first = algorithms.slice(0, 1);
  const all = [
    ...first.map((algorithm) => regrant(algorithm)),
    ...PEERS.map(([name, entry, variant]) => peer(name, entry, variant)),
    ...algorithms.slice(1).map((algorithm) => regrant(algorithm)),
    // ES256 costs what EdDSA costs.
    ...algorithms.filter((algorithm) => algorithm !== "ES256").map((algorithm) => regrant(algorithm, 2)),
    ...first.map(regrantOnSqlite),
  ];
  const installed = SERVERS.filter(
    ({ id }) => process.env[id === "keycloak" ? "KEYCLOAK_HOME" : "HYDRA_BIN"],
  );
  if (targets === undefined) return [...all, ...installed];
  const known = [...all, ...SERVERS, ...algorithms.map(regrantForPooler)];
  const whole = new Set(known.map(({ id }) => id));
  const isNamed = (id: string) => targets.some((name) => (whole.has(name) ? id === name : id.includes(name)));
  const asked = known.filter(({ id }) => isNamed(id));
  if (asked.length > 0) return asked;
  throw new TypeError(`--targets names none of ${known.map(({ id }) => id).join(", ")}`);
}

function regrant(algorithm: Algorithm, workers = 1): Target {
  const [name, id] = workers === 1 ? ["", ""] : [`, ${workers} workers`, `-${workers}-workers`];
  return {
    name: `Regrant, PostgreSQL, ${algorithm}${name}`,
    id: `regrant-postgresql-${algorithm.toLowerCase()}${id}`,
    isPeer: false,
    isPackage: false,
    onPostgres: true,
    algorithm,
    async start({ folder, database, grants, profile }) {
      const filled = await createDatabase(folder, { algorithm, grants, postgres: database });
      return serve(filled, { profile, workers });
    },
  };
}

function hydra(name: string, id: string, options: HydraOptions): Target {
  const start: Target["start"] = (place) => serveHydra(place, options);
  return { name, id, isPeer: true, isPackage: false, onPostgres: true, algorithm: "RS256", start };
}

/** As behind a pooler, but connected directly: what it costs that nothing is prepared. Only if it is asked for. */
function regrantForPooler(algorithm: Algorithm): Target {
  const direct = regrant(algorithm);
  return {
    ...direct,
    name: `${direct.name}, pooler=transaction`,
    id: `${direct.id}-pooler`,
    start: (place) => direct.start({ ...place, database: `${place.database}?pooler=transaction` }),
  };
}

function regrantOnSqlite(algorithm: Algorithm): Target {
  return {
    name: `Regrant, SQLite, ${algorithm}`,
    id: `regrant-sqlite-${algorithm.toLowerCase()}`,
    isPeer: false,
    isPackage: false,
    onPostgres: false,
    algorithm,
    async start({ folder, grants, profile }) {
      return serve(await createDatabase(folder, { algorithm, grants }), { profile });
    },
  };
}

function peer(name: string, entry: string, variant: string): Target {
  return {
    name: variant === "" ? name : `${name}, as ${variant}`,
    id: variant === "" ? entry : `${entry}-${variant}`,
    isPeer: true,
    isPackage: true,
    onPostgres: true,
    algorithm: "RS256",
    async start({ folder, database, grants }) {
      const server = await servePeer(`${entry}.mjs`, { folder, database, grants, variant });
      return { ...server, version: versionOf(name) };
    },
  };
}

function versionOf(name: string): string | undefined {
  const text = readFileSync(join(import.meta.dirname, "../package.json"), "utf8");
  return (JSON.parse(text) as { dependencies: Record<string, string> }).dependencies[name];
}
