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
export type { TokenErrorCode } from "./errors.ts";
export type {
  Awaitable,
  CredentialRecord,
  EndReason,
  Lease,
  LockOptions,
  StoreScope,
  Token,
  TokenLock,
  TokenStore,
  Version,
  Versioned,
} from "./types.ts";
