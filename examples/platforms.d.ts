// What the examples use of platforms that are not installed here.
declare module "next/server" {
  /** Runs after the response has been sent, before the platform ends the request. */
  export function after(work: () => unknown): void;
}

declare module "cloudflare:workers" {
  /** Keeps the context of the current request until the work has ended. */
  export function waitUntil(work: Promise<unknown>): void;
  /** Statements of a Durable Object's own SQLite, which run at once. */
  export interface SqlStorage {
    exec(text: string, ...values: (string | number)[]): { toArray(): Record<string, unknown>[] };
  }
  export class DurableObject {
    constructor(ctx: unknown, env: unknown);
    protected readonly ctx: {
      readonly storage: { readonly sql: SqlStorage };
      waitUntil(work: Promise<unknown>): void;
    };
    fetch(request: Request): Response | Promise<Response>;
  }
  /** The Worker's bindings, typed by `wrangler types` in a project. */
  export const env: {
    readonly TOKEN_ENDPOINT: string;
    readonly CLIENT_ID: string;
    readonly CLIENT_SECRET: string;
    readonly API_URL: string;
    /** A D1 database. */
    readonly DB: {
      prepare(text: string): {
        bind(...values: (string | number)[]): {
          run(): Promise<{ results: object[]; meta: { changes: number } }>;
        };
      };
    };
  };
}
