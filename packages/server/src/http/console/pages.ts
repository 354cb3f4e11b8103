import {
  accountScreen,
  accountsScreen,
  clientFormScreen,
  clientScreen,
  clientsScreen,
  eventsScreen,
  grantScreen,
  grantsScreen,
  keysScreen,
  newAccountScreen,
  registrationTokensScreen,
  streamsScreen,
  webhookScreen,
  webhooksScreen,
} from "@regrant/console";
import type { Grant } from "@regrant/console";
import { EVENT_TYPES } from "../../events/event.ts";
import { settingFields, versionOf } from "./client-form.ts";
import { eventFilter } from "./event-filter.ts";
import { dashboard } from "./dashboard.ts";
import { clientNames, unlessMissing } from "./lookups.ts";
import { pick } from "./operator-request.ts";
import type { Answer, Handler, OperatorRequest } from "./operator-request.ts";

/** Rows of a page that has other things too. */
const FEW = 20;
/** Rows of a listing's page. */
const MANY = 50;

/** The pages: path below the console, and what shows it. */
export const PAGES: Readonly<Record<string, Handler>> = {
  "": dashboard,
  "/grants": showGrants,
  "/grants/:id": showGrant,
  "/clients": showClients,
  "/clients/new": async ({ shell }) => ({
    screen: clientFormScreen(shell, { settings: settingFields({}, true), fault: null }),
  }),
  "/clients/:id": showClient,
  "/clients/:id/edit": editClient,
  "/accounts": showAccounts,
  "/accounts/new": async ({ shell }) => ({ screen: newAccountScreen(shell, { username: "", fault: null }) }),
  "/account": showAccount,
  "/events": showEvents,
  "/webhooks": showWebhooks,
  "/webhooks/:id": showWebhook,
  "/streams": showStreams,
  "/keys": async ({ shell, context }) => ({ screen: keysScreen(shell, await context.admin.keys.list()) }),
  "/registration-tokens": showRegistrationTokens,
};

async function showGrants({ shell, context, query }: OperatorRequest): Promise<Answer> {
  const given = pick(query, ["subject", "client_id", "state", "ending_within", "after"]);
  const { subject, client_id: clientId, ending_within: days, after } = given;
  const listing = await context.admin.grants.list({
    subject,
    clientId,
    state: given.state as Grant["state"] | undefined,
    endingWithin: days === undefined ? undefined : Number(days),
    after,
    limit: MANY,
  });
  const names = await clientNames(context.admin, listing.items);
  return { screen: grantsScreen(shell, given, listing, names) };
}

async function showGrant({ shell, context, incoming }: OperatorRequest): Promise<Answer> {
  const id = incoming.pathParameter("id") ?? "";
  return { screen: grantScreen(shell, await context.admin.grants.explain({ id })) };
}

async function showClients({ shell, context, query }: OperatorRequest): Promise<Answer> {
  const given = pick(query, ["search", "after"]);
  const listing = await context.admin.clients.list({ ...given, limit: MANY });
  return { screen: clientsScreen(shell, given, listing) };
}

async function showClient({ shell, context, incoming }: OperatorRequest): Promise<Answer> {
  const { clients, grants } = context.admin;
  const client = await clients.get(incoming.pathParameter("id") ?? "");
  const listing = await grants.list({ clientId: client.client_id, limit: FEW });
  return { screen: clientScreen(shell, client, settingFields(client, false), listing) };
}

async function editClient({ shell, context, incoming }: OperatorRequest): Promise<Answer> {
  const client = await context.admin.clients.get(incoming.pathParameter("id") ?? "");
  const settings = settingFields(client, false);
  const version = versionOf(client);
  return { screen: clientFormScreen(shell, { client, settings, version, fault: null }) };
}

async function showAccounts({ shell, context, query }: OperatorRequest): Promise<Answer> {
  const given = pick(query, ["search", "operator", "after"]);
  const { search, after } = given;
  // A search is over all accounts.
  const operator = given.operator !== undefined && search === undefined ? true : undefined;
  const listing = await context.admin.accounts.list({ search, operator, after, limit: MANY });
  return { screen: accountsScreen(shell, given, listing) };
}

async function showAccount({ shell, context, query }: OperatorRequest): Promise<Answer> {
  const { subject } = pick(query, ["subject"]);
  if (subject === undefined) return { to: "/accounts" };
  const account = await context.admin.accounts.get(subject).catch(unlessMissing);
  // A username leads to the subject, whose grants they are.
  const listing = await context.admin.grants.list({ subject: account?.subject ?? subject, limit: FEW });
  const names = await clientNames(context.admin, listing.items);
  return { screen: accountScreen(shell, account?.subject ?? subject, account, listing, names) };
}

async function showEvents({ shell, context, query }: OperatorRequest): Promise<Answer> {
  const { given, filter } = eventFilter(query);
  const listing = await context.admin.events.list({ ...filter, after: given.after, limit: MANY });
  return { screen: eventsScreen(shell, given, listing, Object.keys(EVENT_TYPES)) };
}

async function showRegistrationTokens({ shell, context }: OperatorRequest): Promise<Answer> {
  const { items } = await context.admin.registrationTokens.list({ limit: 1000 });
  return { screen: registrationTokensScreen(shell, items) };
}

async function showWebhooks({ shell, context, query }: OperatorRequest): Promise<Answer> {
  const given = pick(query, ["after"]);
  const listing = await context.admin.webhooks.list({ ...given, limit: MANY });
  return { screen: webhooksScreen(shell, given, listing, Object.keys(EVENT_TYPES)) };
}

async function showWebhook({ shell, context, incoming }: OperatorRequest): Promise<Answer> {
  const { webhooks } = context.admin;
  const webhook = await webhooks.get(incoming.pathParameter("id") ?? "");
  const letters = await webhooks.deadLetters(webhook.id, { limit: MANY });
  return { screen: webhookScreen(shell, webhook, letters) };
}

async function showStreams({ shell, context, query }: OperatorRequest): Promise<Answer> {
  const given = pick(query, ["after"]);
  const listing = await context.admin.streams.list({ ...given, limit: MANY });
  return { screen: streamsScreen(shell, given, listing) };
}
