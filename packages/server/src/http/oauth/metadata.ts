import type { Deps } from "../../deps.ts";
import { HEALTH_PATHS } from "../../endpoints/health-paths.ts";
import { jwks, metadata, PATHS } from "../../endpoints/metadata.ts";
import type { Advertised } from "../../endpoints/metadata.ts";
import { errorResponse, privateResponse, publicResponse } from "../responses.ts";
import type { Labels, Route } from "../serve.ts";

/**
 * Least time between two pings of the store, ms. `/readyz` is public, so its requests must not reach the store at
 * will.
 */
const PING_INTERVAL = 1000;

/**
 * The documents and health checks, which take no input: metadata (RFC 8414 §3), JWKS (RFC 7517 §5), `/healthz` (the
 * process runs) and `/readyz` (it can also write to the store, and is not about to stop).
 */
export function metadataRoutes(
  deps: Deps,
  advertised: Advertised,
  isStopping: () => boolean,
): Route<Labels>[] {
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
    // RFC 8414 §3: public documents, which browsers of any origin and caches may read.
    get("metadata", PATHS.metadata, true, () => [
      "served",
      publicResponse(metadata(deps, advertised), deps.jwksMaxAge),
    ]),
    get("jwks", PATHS.jwks, true, () => ["served", publicResponse(jwks(deps), deps.jwksMaxAge)]),
    // Health checks are not CORS-enabled and not cached.
    get("healthz", HEALTH_PATHS.live, false, () => ["ok", privateResponse({ status: "ok" })]),
    get("readyz", HEALTH_PATHS.ready, false, async () => {
      if (isStopping()) return ["stopping", privateResponse({ status: "stopping" }, { status: 503 })];
      if (await isReady()) return ["ready", privateResponse({ status: "ready" })];
      return ["not_ready", privateResponse({ status: "not ready" }, { status: 503 })];
    }),
  ];
}

/** Makes the check whether the store can be written to. Calls within `PING_INTERVAL` share one ping. */
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
