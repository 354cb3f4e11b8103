import { createTokenClient } from "../client.ts";
import { memoryStore } from "../memory-store.ts";
import type { TokenClient, TokenClientOptions, TokenEvent } from "../api.ts";
import type { CredentialRecord, TokenStore } from "../types.ts";
import { VirtualTime } from "./virtual-time.ts";

/** The server's response to the n-th token request, from 1. */
export type Responder = (form: URLSearchParams, n: number) => Response | Promise<Response>;

export interface Harness {
  readonly time: VirtualTime;
  readonly clock: ReturnType<VirtualTime["clock"]>;
  readonly store: TokenStore;
  readonly client: TokenClient;
  readonly events: TokenEvent[];
  /** The forms sent to the token endpoint. */
  readonly posts: URLSearchParams[];
  readonly record: () => Promise<CredentialRecord | undefined>;
  /** Another client on the same store. */
  readonly another: (options?: Partial<TokenClientOptions>) => TokenClient;
}

/** The response of a server that rotates to the n-th token request. */
export function successor(n: number, members: Record<string, unknown> = {}): Response {
  const response = { access_token: `access-${n + 1}`, refresh_token: `refresh-${n + 1}`, expires_in: 3600 };
  return Response.json({ ...response, ...members });
}

/** A network error. */
export function networkError(): Promise<never> {
  return Promise.reject(new TypeError("fetch failed"));
}

/** A client in virtual time with a scripted server; logged in with `access-1`, `refresh-1`. */
export async function harness(
  respond: Responder = (_, n) => successor(n),
  options: Partial<TokenClientOptions> = {},
): Promise<Harness> {
  const time = new VirtualTime();
  const clock = time.clock();
  const store = options.store ?? memoryStore();
  const events: TokenEvent[] = [];
  const posts: URLSearchParams[] = [];
  const another = (own: Partial<TokenClientOptions> = {}) =>
    createTokenClient({
      tokenEndpoint: "https://as.example/token",
      clientId: "client",
      key: "session",
      store,
      clock,
      onEvent: (event) => events.push(event),
      fetch: async (input, init) => {
        const form = new URLSearchParams(await new Request(input, init).text());
        posts.push(form);
        return respond(form, posts.length);
      },
      ...options,
      ...own,
    });
  const client = another();
  await client.set({ access_token: "access-1", refresh_token: "refresh-1", expires_in: 3600 });
  return {
    time,
    clock,
    store,
    client,
    events,
    posts,
    another,
    record: async () => (await store.get("session"))?.record,
  };
}
