/**
 * The embeddable token service: `createRegrant` opens it, `fetch` answers requests.
 *
 * @module
 */
import "./node-version.ts";

export { createRegrant } from "./regrant.ts";
export type { Regrant } from "./regrant.ts";
export type { HostOptions, RegrantOptions } from "./regrant-options.ts";
export type { OnEvent } from "./host-events.ts";
export type { Logger } from "./host-logger.ts";
export type { Login, SignedInUser } from "./host-login.ts";
export type { LoginRequestJson } from "./endpoints/login-challenge.ts";
export type { AcceptedUser, CheckPassword, PasswordContext } from "./identity/host-user-store.ts";
export type { TokenResponseBody } from "./http/responses.ts";
export { ConfigError } from "./config/config-error.ts";
export { AdminError } from "./admin/admin-error.ts";
export type { AdminErrorCode, AdminResource, Violation } from "./admin/admin-error.ts";
export type { Admin, By } from "./admin/admin.ts";
export type { AccountFilter, AccountJson, NewAccount } from "./admin/accounts.ts";
export type { ClientFilter, NewClientInput } from "./admin/clients.ts";
export type { EventFilter, EventJson } from "./admin/events.ts";
export type { GrantExplanationJson } from "./admin/grants/explain.ts";
export type { GrantJson } from "./admin/grants/grants.ts";
export type { GrantFilter } from "./admin/grants/list.ts";
export type { Listing, PageOptions } from "./admin/listing.ts";
export type { IssueRequest } from "./admin/grants/issue.ts";
export type { KeyListJson } from "./admin/keys.ts";
export type { NewRegistrationToken, RegistrationTokenJson } from "./admin/registration-tokens.ts";
export type { Counts, HourJson, StatisticsJson } from "./admin/statistics.ts";
export type { ClientSettings } from "./client-settings/settings.ts";
export type { EventType } from "./store/store.ts";
