// A Worker whose client and verifier serve all requests of its isolate. Bundled from the packed packages.
import { clientSecretBasic, createTokenClient, fromGetSet, isTokenError, memoryStore } from "@regrant/client";
import type { CredentialRecord, TokenClient, TokenResponse } from "@regrant/client";
import { authorizedFetch } from "@regrant/client/fetch";
import { createVerifier, refusalResponse } from "@regrant/verify";
import type { Verifier } from "@regrant/verify";
import { waitUntil } from "cloudflare:workers";

interface Env {
  readonly TOKEN_ENDPOINT: string;
  readonly ISSUER: string;
  /** With these, the client acts for itself. */
  readonly CLIENT_ID?: string;
  readonly CLIENT_SECRET?: string;
  readonly STORE: "memory" | "kv";
  /** Whether refreshes in the background are handed to the platform. */
  readonly WAIT_UNTIL?: string;
  /** The part of a KV namespace that a store needs. */
  readonly KV: {
    get(key: string, type: "json"): Promise<unknown>;
    put(key: string, value: string): Promise<void>;
  };
}

let client: TokenClient | undefined;
let verifier: Verifier | undefined;

function kvStore(kv: Env["KV"]) {
  return fromGetSet(
    async (key) => ((await kv.get(key, "json")) as CredentialRecord | null) ?? undefined,
    (key, record) => kv.put(key, JSON.stringify(record)),
    "shared",
  );
}

function clientOf(env: Env): TokenClient {
  const { CLIENT_ID, CLIENT_SECRET = "" } = env;
  client ??= createTokenClient({
    tokenEndpoint: env.TOKEN_ENDPOINT,
    clientId: CLIENT_ID ?? "worker",
    ...(CLIENT_ID && {
      clientAuth: clientSecretBasic(CLIENT_SECRET),
      grant: { grant_type: "client_credentials" },
    }),
    key: "session",
    store: env.STORE === "kv" ? kvStore(env.KV) : memoryStore(),
    refresh: { timeoutMs: 2000, softMs: 3_600_000, jitter: 0 },
    ...(env.WAIT_UNTIL && { waitUntil }),
  });
  return client;
}

function verifierOf({ ISSUER }: Env): Verifier {
  verifier ??= createVerifier({ issuer: ISSUER, audience: ISSUER });
  return verifier;
}

async function route(request: Request, env: Env): Promise<Response> {
  const { pathname, searchParams } = new URL(request.url);
  // How long the caller has patience, ms: it answers then, whatever is still under way.
  const patience = searchParams.get("patience");
  if (pathname === "/login") {
    await clientOf(env).set((await request.json()) as TokenResponse);
    return Response.json({});
  }
  const api = searchParams.get("api");
  if (api !== null) {
    const { status } = await authorizedFetch(clientOf(env), { origins: [api] })(api);
    return Response.json({ status });
  }
  if (pathname === "/protected") {
    const verifying = verifierOf(env).verify(request);
    const late = new Promise<undefined>((resolve) => {
      if (patience !== null) setTimeout(resolve, Number(patience));
    });
    const verdict = await Promise.race([verifying, late]);
    if (verdict === undefined) return Response.json({}, { status: 504 });
    if (verdict.outcome === "refused") return refusalResponse(verdict.refusal);
    return Response.json({ subject: verdict.token.subject });
  }
  const signal = patience === null ? undefined : AbortSignal.timeout(Number(patience));
  const mode = searchParams.get("mode") === "force" ? "force" : "auto";
  return Response.json(await clientOf(env).getToken({ signal, mode }));
}

export default {
  async fetch(request: Request, env: Env): Promise<Response> {
    try {
      return await route(request, env);
    } catch (error) {
      const { name, message } = error as Error;
      return Response.json({ code: isTokenError(error) ? error.code : name, message }, { status: 500 });
    }
  },
};
