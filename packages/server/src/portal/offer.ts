import type { Cause } from "../errors/causes.ts";

/** How the token endpoint writes one refusal. */
export interface WrittenError {
  /** HTTP status */
  status: number;
  error: string;
  /** `error_reason`, or Laravel Passport's `hint`; undefined: the response has neither. */
  detail: string | undefined;
}

/** What this instance offers its customers. Lifetimes are those of new clients, in s. */
export interface Offer {
  tokenEndpoint: string;
  /** The body of a refresh's response, as the token endpoint writes it; members that are absent here are undefined. */
  response: Readonly<Record<string, string | number | undefined>>;
  /** The error response of each cause, as the token endpoint writes it. */
  errorOf: (cause: Cause) => WrittenError;
  accessTtl: number;
  refreshIdleTtl: number;
  refreshMaxTtl: number;
  retryWindow: number;
  /** Clients may request one of several audiences (RFC 8707). */
  hasResources: boolean;
}
