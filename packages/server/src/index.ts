/**
 * The embeddable token service: `createRegrant` opens it, `fetch` answers requests.
 *
 * @module
 */
export { createRegrant } from "./regrant.ts";
export type { Regrant } from "./regrant.ts";
export type { HostOptions, RegrantOptions } from "./regrant-options.ts";
export type { OnEvent } from "./host-events.ts";
export type { Logger } from "./host-logger.ts";
export type { Login, SignedInUser } from "./host-login.ts";
export type { LoginRequestJson } from "./endpoints/login-challenge.ts";
export type { AcceptedUser, CheckPassword, PasswordContext } from "./identity/host-user-store.ts";
export type { TokenResponseBody } from "./http/responses.ts";
export { ConfigError } from "./config/resolve-config.ts";
export { AdminError } from "./admin/admin-error.ts";
export type { AdminErrorCode, AdminResource, Violation } from "./admin/admin-error.ts";
export type { Admin, By, PageOptions } from "./admin/admin.ts";
export type { AccountJson, NewAccount } from "./admin/accounts.ts";
export type { NewClientInput } from "./admin/clients.ts";
export type { EventJson } from "./admin/events.ts";
export type { GrantExplanationJson } from "./admin/grants/explain.ts";
export type { GrantFilter, GrantJson } from "./admin/grants/grants.ts";
export type { IssueRequest } from "./admin/grants/issue.ts";
export type { KeyListJson } from "./admin/keys.ts";
export type { NewRegistrationToken, RegistrationTokenJson } from "./admin/registration-tokens.ts";
export type { ClientSettings } from "./client-settings/settings.ts";
export type { EventFilter, EventType } from "./store/store.ts";
