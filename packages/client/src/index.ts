export { createTokenClient } from "./client.ts";
export { clientSecretBasic, clientSecretPost, none } from "./client-auth.ts";
export {
  ClientConfigError,
  isTokenError,
  LockBusyError,
  LockUnavailableError,
  SessionEndedError,
  StoreError,
  TokenError,
  TokenUnavailableError,
} from "./errors.ts";
export { fromGetSet } from "./from-get-set.ts";
export { memoryStore } from "./memory-store.ts";
export type { TokenErrorCode, TokenErrorOptions } from "./errors.ts";
export { parseRecord } from "./stored-record.ts";
export type {
  ClientAuth,
  Clock,
  GetTokenOptions,
  QueuedRefresh,
  RefreshLock,
  RefreshOptions,
  RefreshTrigger,
  TokenResponse,
  TokenClient,
  TokenClientOptions,
  TokenErrorResponse,
  TokenEvent,
  TokenRequestParts,
  TokenStatus,
} from "./api.ts";
export type {
  Awaitable,
  CredentialRecord,
  EndReason,
  Lease,
  LockOptions,
  Refusal,
  StoreScope,
  Token,
  TokenLock,
  TokenStore,
  Version,
  Versioned,
} from "./types.ts";
