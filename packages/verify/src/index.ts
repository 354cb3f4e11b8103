/**
 * Verifies access tokens in a resource server: `createVerifier(options).verify(request)`. The modules `./hono`, `./express`
 * and `./fastify` export `requireToken` for these frameworks.
 *
 * @module
 */
export { createVerifier } from "./verifier.ts";
export type { Verdict, Verifier } from "./verifier.ts";
export type { Requirement } from "./requirement.ts";
export type { IncomingRequest } from "./preflight.ts";
export type { Algorithm, RevocationOptions, VerifierOptions } from "./options.ts";
export type { DpopOptions, MtlsOptions, ProofAlgorithm } from "./sender-options.ts";
export type { NonceOptions } from "./nonces.ts";
export type { ProofReplays } from "./proof-replays.ts";
export type { AccessToken, Actor, AuthorizationDetail, Confirmation, Profile } from "./access-token.ts";
export { protectedResource } from "./protected-resource.ts";
export type { ProtectedResource, ProtectedResourceOptions } from "./protected-resource.ts";
export { refusalResponse } from "./refusals.ts";
export type { Refusal, RefusalCause } from "./refusals.ts";
export type { RequestHeaders } from "./credentials.ts";
