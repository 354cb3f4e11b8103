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
export type { GivenSource } from "./http/source-of-request.ts";
export type { TokenResponseBody } from "./http/responses.ts";
export type { SettingOptions } from "./config/read-config.ts";
export { ConfigError } from "./config/config-error.ts";
export { AdminError } from "./admin/admin-error.ts";
export type { AdminErrorCode, AdminResource, Violation } from "./admin/admin-error.ts";
export type { Admin, By, Changed } from "./admin/admin.ts";
export type { AccountFilter, AccountJson, NewAccount } from "./admin/accounts.ts";
export type {
  ClientFilter,
  ClientJson,
  NewClientInput,
  NewClientJson,
  RotatedSecretJson,
} from "./admin/clients.ts";
export type { EventFilter, EventJson } from "./admin/events.ts";
export type { ExplainedGrantJson, GrantExplanationJson } from "./admin/grants/explain.ts";
export type { ExtendedGrantJson } from "./admin/grants/extend.ts";
export type { RefreshPreview } from "./admin/grants/refresh-preview.ts";
export type { RevokeGrantsFilter } from "./admin/grants/revoke-grants.ts";
export type { GrantJson } from "./admin/grants/grants.ts";
export type { GrantFilter } from "./admin/grants/list.ts";
export type { Listing, PageOptions } from "./admin/listing.ts";
export type { IssueRequest } from "./admin/grants/issue.ts";
export type { KeyListJson } from "./admin/keys.ts";
export type { NewRegistrationToken, RegistrationTokenJson } from "./admin/registration-tokens.ts";
export type { Counts, HourJson, StatisticsJson } from "./admin/statistics.ts";
export type { DeadLetterJson, WebhookJson } from "./admin/webhook-json.ts";
export type { NewWebhook, WebhookChanges, WebhookTestJson } from "./admin/webhooks.ts";
export type { ClientSettings, ClientSettingsJson } from "./client-settings/settings.ts";
export type { EventType } from "./events/event.ts";
export type { SubscriptionStart } from "./store/subscriptions.ts";
