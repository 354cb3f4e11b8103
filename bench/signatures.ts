import { generateKeyPairSync, randomBytes, sign } from "node:crypto";
import type { KeyObject } from "node:crypto";
import { cpuTime } from "./accounting.ts";
import { serveMessages } from "./child.ts";

// A worker: bare signatures and nothing else, which no server that signs its access tokens can be cheaper than. The key
// is given as a KeyObject alone, the cheapest way there is in Node.js: `{ key, … }` costs tens of µs more.

export const ALGORITHMS = ["RS256", "ES256", "EdDSA"] as const;
export type Algorithm = (typeof ALGORITHMS)[number];

export interface SignatureWindow {
  algorithm: Algorithm;
  /** On the event loop, one after the other; or in the thread pool, `inFlight` of them at any time. */
  mode: "sync" | "pool";
  inFlight: number;
  seconds: number;
}

export interface SignatureResult {
  signatures: number;
  seconds: number;
  /** CPU time of the process, µs. */
  cpu: number;
}

/** Bytes that are signed: as many as the header and claims of an access token have. */
const INPUT = randomBytes(440);

const DIGESTS: Record<Algorithm, string | null> = { RS256: "sha256", ES256: "sha256", EdDSA: null };
const keys = new Map<Algorithm, KeyObject>();

async function measure({ algorithm, mode, inFlight, seconds }: SignatureWindow): Promise<SignatureResult> {
  const key = keys.get(algorithm) ?? makeKey(algorithm);
  keys.set(algorithm, key);
  const run = mode === "sync" ? signInTurn : signInPool;
  const cpu = cpuTime(process.pid);
  const started = performance.now();
  const signatures = await run(DIGESTS[algorithm], key, started + seconds * 1000, inFlight);
  return {
    signatures,
    seconds: (performance.now() - started) / 1000,
    cpu: cpuTime(process.pid) - cpu,
  };
}

function makeKey(algorithm: Algorithm): KeyObject {
  if (algorithm === "RS256") return generateKeyPairSync("rsa", { modulusLength: 2048 }).privateKey;
  if (algorithm === "ES256") return generateKeyPairSync("ec", { namedCurve: "P-256" }).privateKey;
  return generateKeyPairSync("ed25519").privateKey;
}

function signInTurn(digest: string | null, key: KeyObject, until: number): number {
  let signatures = 0;
  for (; performance.now() < until; signatures++) sign(digest, INPUT, key);
  return signatures;
}

function signInPool(digest: string | null, key: KeyObject, until: number, inFlight: number): Promise<number> {
  let signatures = 0;
  let underWay = 0;
  return new Promise((resolve, reject) => {
    const next = () => {
      if (performance.now() >= until) {
        if (underWay === 0) resolve(signatures);
        return;
      }
      underWay++;
      sign(digest, INPUT, key, (error) => {
        underWay--;
        signatures++;
        if (error) reject(error);
        else next();
      });
    };
    for (let i = 0; i < inFlight; i++) next();
  });
}

if (process.argv[1] === import.meta.filename) serveMessages(measure);
