import type { Deps } from "../../deps.ts";
import { jwks, metadata, PATHS } from "../../endpoints/metadata.ts";
import { errorResponse, privateResponse, publicResponse } from "../responses.ts";
import type { Labels, Route } from "../serve.ts";

/** Least time between two pings of the store, ms: anyone may call `/readyz` as often as they like. */
const PING_INTERVAL = 1000;

/** What the metadata document says beside `Deps`. */
export interface Advertised {
  /** The retry window of new clients, s. */
  retryWindow: number;
  /** BCP 47 tags of the pages' languages. */
  languages: readonly string[];
}

/** The documents and health checks that take no input: metadata (RFC 8414), JWKS (RFC 7517), `/healthz`, `/readyz`. */
export function metadataRoutes(deps: Deps, advertised: Advertised): Route<Labels>[] {
  const isReady = readiness(deps);
  const get = (name: string, path: string, cors: boolean, run: Route<Labels>["run"]): Route<Labels> => ({
    name,
    method: "GET",
    path,
    cors,
    read: () => ({}),
    run,
    errorResponse: (error) => errorResponse(error, { cors }),
  });
  return [
    get("metadata", PATHS.metadata, true, () => [
      "served",
      publicResponse(metadata(deps, advertised), deps.jwksMaxAge),
    ]),
    get("jwks", PATHS.jwks, true, () => ["served", publicResponse(jwks(deps), deps.jwksMaxAge)]),
    get("healthz", "/healthz", false, () => ["ok", privateResponse({ status: "ok" })]),
    get("readyz", "/readyz", false, async () => {
      if (await isReady()) return ["ready", privateResponse({ status: "ready" })];
      return ["not_ready", privateResponse({ status: "not ready" }, { status: 503 })];
    }),
  ];
}

/** Whether the store can be written to; calls within `PING_INTERVAL` share one ping. */
function readiness({ store, log }: Deps): () => Promise<boolean> {
  let pingedAt = Number.NEGATIVE_INFINITY;
  let ready: Promise<boolean> = Promise.resolve(false);
  const ask = async () => {
    try {
      await store.ping();
      return true;
    } catch (error) {
      log.error({ err: error }, "not ready: the store cannot be written to");
      return false;
    }
  };
  return () => {
    if (performance.now() - pingedAt >= PING_INTERVAL) {
      pingedAt = performance.now();
      ready = ask();
    }
    return ready;
  };
}
