import { grantScreen, searchScreen } from "@regrant/console";
import type { Admin } from "../../admin/admin.ts";
import { UUID } from "../../admin/listing.ts";
import { readParameters } from "../request.ts";
import { subjectPath } from "./actions/action.ts";
import { unlessMissing } from "./lookups.ts";
import { requireOwnForm } from "./session.ts";
import type { Answer, OperatorRequest } from "./operator-request.ts";

/** Longer than any name or id: a refresh token. */
const TOKEN = /^[\w.~+/=:-]{48,}$/;
/** What is shown of each kind. */
const FEW = 20;

/**
 * The one box: an id, a subject, a username, a client's name, or a refresh token. It is posted, so that a token is in no
 * URL, history or log.
 */
export async function search(request: OperatorRequest): Promise<Answer> {
  const { context, incoming, caller } = request;
  const form = await readParameters(incoming.request);
  requireOwnForm(context, caller, incoming.request, form.get("form_token"));
  const text = form.get("q")?.trim() ?? "";
  if (text === "") return { to: "" };
  if (TOKEN.test(text)) return explain(request, text);
  const id = text.toLowerCase();
  return (UUID.test(id) ? await byId(context.admin, id) : undefined) ?? byName(request, text);
}

/** The form that explains a pasted token. */
export async function explainPasted(request: OperatorRequest): Promise<Answer> {
  const { context, incoming, caller } = request;
  const form = await readParameters(incoming.request);
  requireOwnForm(context, caller, incoming.request, form.get("form_token"));
  return explain(request, form.get("pasted")?.trim() ?? "");
}

async function explain({ context, shell }: OperatorRequest, token: string): Promise<Answer> {
  return { screen: grantScreen(shell, await context.admin.grants.explain({ token })) };
}

async function byId({ grants, clients }: Admin, id: string): Promise<Answer | undefined> {
  if (await grants.explain({ id }).catch(unlessMissing)) return { to: `/grants/${id}` };
  if (await clients.get(id).catch(unlessMissing)) return { to: `/clients/${id}` };
  return undefined;
}

/** Straight to the only match, or to a list of them. */
async function byName({ context: { admin }, shell }: OperatorRequest, text: string): Promise<Answer> {
  const [accounts, clients, grants] = await Promise.all([
    admin.accounts.list({ search: text, limit: FEW }),
    admin.clients.list({ search: text, limit: FEW }),
    admin.grants.list({ subject: text, limit: FEW }),
  ]);
  const [account] = accounts.items;
  const [client] = clients.items;
  const [grant] = grants.items;
  if (accounts.items.length + clients.items.length === 1) {
    if (account !== undefined && (grant === undefined || grant.subject === account.subject)) {
      return { to: subjectPath(account.subject) };
    }
    if (client !== undefined && grant === undefined) return { to: `/clients/${client.client_id}` };
  }
  if (account === undefined && client === undefined && grant !== undefined) return { to: subjectPath(text) };
  const found = {
    accounts: accounts.items,
    clients: clients.items,
    grants: grants.items,
    more: [accounts, clients, grants].some(({ next }) => next !== null),
  };
  return { screen: searchScreen(shell, found) };
}
