export type { Case } from "./cases.ts";
export type { Family, IssuedTokens } from "./families.ts";
export type { Fault } from "./faults.ts";
export { hostileServer } from "./hostile-server.ts";
export type { HostileServer, HostileServerOptions, Spend } from "./hostile-server.ts";
export { lockContract } from "./lock-contract.ts";
export type { LockPlace } from "./lock-contract.ts";
export { storeContract } from "./store-contract.ts";
export type { StorePlace } from "./store-contract.ts";
