/**
 * Keeps one session's token fresh: `createTokenClient(options).getToken()`. Runs in Node.js, browsers and serverless
 * functions. A store that processes or tabs share comes from `./node`, `./web`, `./redis` or `./sql`.
 *
 * @module
 */
export { createTokenClient } from "./client.ts";
export { clientSecretBasic, clientSecretPost, none } from "./client-auth.ts";
export { privateKeyJwt } from "./private-key-jwt.ts";
export type { PrivateKeyJwtOptions } from "./private-key-jwt.ts";
export {
  isTokenError,
  TokenError,
  SessionEndedError,
  TokenUnavailableError,
  ClientConfigError,
  StoreError,
  LockBusyError,
  LockUnavailableError,
} from "./errors.ts";
export { fromGetSet } from "./from-get-set.ts";
export { memoryStore } from "./memory-store.ts";
export { parseRecord } from "./stored-record.ts";
export type {
  TokenClient,
  TokenClientOptions,
  RefreshOptions,
  GetTokenOptions,
  TokenStatus,
  TokenEvent,
  RefreshTrigger,
  RefreshLock,
  QueuedRefresh,
  Clock,
  Dpop,
  DpopSession,
  ProofRequest,
  KeySource,
  CreateKeys,
} from "./api.ts";
export type { TokenResponse, TokenErrorResponse, ClientAuth, TokenRequestParts } from "./wire-format.ts";
export type { TokenErrorCode, TokenErrorOptions } from "./errors.ts";
export type {
  Token,
  EndReason,
  Refusal,
  TokenStore,
  StoreScope,
  Version,
  Versioned,
  CredentialRecord,
  TokenLock,
  LockOptions,
  Lease,
  Awaitable,
} from "./types.ts";
