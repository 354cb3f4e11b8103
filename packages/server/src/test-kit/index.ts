/**
 * For the tests of programs that embed the service, call it, or trust its tokens: `createTestRegrant` opens one in memory.
 * Works with any test runner.
 *
 * @module
 */
import "../node-version.ts";

export { createTestRegrant } from "./test-regrant.ts";
export type { TestClient, TestGrant, TestRegrant, TestRegrantOptions, TestTokens } from "./test-regrant.ts";
export { TestClock } from "./clock.ts";
export type { TestUser } from "./authorize.ts";
export type { TestAccessToken } from "./access-token.ts";
