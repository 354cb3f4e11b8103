// What the examples use of platforms that are not installed here.
declare module "next/server" {
  /** Runs after the response has been sent, before the platform ends the request. */
  export function after(work: () => unknown): void;
}

declare module "cloudflare:workers" {
  /** Keeps the context of the current request until the work has ended. */
  export function waitUntil(work: Promise<unknown>): void;
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
