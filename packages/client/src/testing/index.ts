/**
 * For tests: contracts of stores and locks that you write, and an authorization server that loses responses on purpose.
 * Requires Node.js.
 *
 * @module
 */
export type { ContractCase } from "./contract-case.ts";
export type { Fault } from "./faults.ts";
export { hostileServer } from "./hostile-server.ts";
export type { HostileServer, HostileServerOptions } from "./hostile-server.ts";
export { lockContract } from "./lock-contract.ts";
export type { LockFixture } from "./lock-contract.ts";
export { storeContract } from "./store-contract.ts";
export type { StoreFixture } from "./store-fixture.ts";
export type { RecordedRefresh } from "./token-endpoint.ts";
export type { IssuedTokens, TokenFamily } from "./token-families.ts";
