import { ACCOUNT_OPERATIONS } from "./accounts.ts";
import { CLIENT_OPERATIONS } from "./clients.ts";
import { EVENT_OPERATIONS } from "./events.ts";
import { GRANT_OPERATIONS } from "./grants.ts";
import { KEY_OPERATIONS } from "./keys.ts";
import type { Operation } from "./operation.ts";
import { REGISTRATION_TOKEN_OPERATIONS } from "./registration-tokens.ts";
import { WEBHOOK_OPERATIONS } from "./webhooks.ts";
import { STATISTICS_OPERATIONS } from "./statistics.ts";
import { STREAM_OPERATIONS } from "./streams.ts";

/**
 * Every operation of the admin API. Routes, the OpenAPI document, the authorization of each request and the command
 * line's remote use derive from here: a new operation is a row in one of these files.
 */
export const OPERATIONS: readonly Operation[] = [
  ...CLIENT_OPERATIONS,
  ...ACCOUNT_OPERATIONS,
  ...GRANT_OPERATIONS,
  ...KEY_OPERATIONS,
  ...REGISTRATION_TOKEN_OPERATIONS,
  ...WEBHOOK_OPERATIONS,
  ...EVENT_OPERATIONS,
  ...STATISTICS_OPERATIONS,
  ...STREAM_OPERATIONS,
];
