import { AdminError } from "../../../admin/admin-error.ts";
import { pick } from "../operator-request.ts";
import type { Values } from "../operator-request.ts";
import { activeGrants, clientPath, subjectPath, wholeNumber } from "./action.ts";
import type { Action } from "./action.ts";

const DAY = 86_400;

const grantPath = (form: Values) => `/grants/${encodeURIComponent(form.get("grant_id") ?? "")}`;

/** Which grants are meant; a form without either would mean all of them. */
function filterOf(form: Values): { subject?: string; clientId?: string } {
  const { subject, client_id: clientId } = pick(form, ["subject", "client_id"]);
  if (subject !== undefined || clientId !== undefined) {
    return { ...(subject !== undefined && { subject }), ...(clientId !== undefined && { clientId }) };
  }
  throw new AdminError("invalid", "name a subject or a client");
}

function backToAll(form: Values): string {
  const { subject, client_id } = pick(form, ["subject", "client_id"]);
  if (subject !== undefined && client_id === undefined) return subjectPath(subject);
  if (subject === undefined) return clientPath(form);
  return `/grants?${new URLSearchParams({ subject, ...(client_id && { client_id }) }).toString()}`;
}

export const GRANT_ACTIONS: readonly Action[] = [
  {
    path: "/grants/extend",
    back: grantPath,
    async run({ context, by }, form) {
      const seconds = wholeNumber(form.get("days")) * DAY;
      await context.admin.grants.extend(form.get("grant_id") ?? "", { by: seconds, ...by });
      return { to: grantPath(form), notice: "extended" };
    },
  },
  {
    path: "/grants/revoke",
    back: grantPath,
    async ask({ context }, form) {
      const grant = await context.admin.grants.explain({ id: form.get("grant_id") ?? "" });
      const who = grant.username === null ? `The subject ${grant.subject}` : `The account ${grant.username}`;
      const where = grant.client_name ?? grant.client_id;
      return {
        title: "Revoke this grant?",
        warning: `${who} has to sign in again at the client ${where}. It cannot be undone.`,
        label: "Revoke the grant",
      };
    },
    async run({ context, by }, form) {
      const { changed } = await context.admin.grants.revoke(form.get("grant_id") ?? "", by);
      return { to: grantPath(form), notice: changed ? "revoked" : "unchanged" };
    },
  },
  {
    path: "/grants/revoke-all",
    strong: true,
    back: backToAll,
    async ask({ context }, form) {
      const filter = filterOf(form);
      const whose = [
        ...(filter.subject === undefined ? [] : [`the subject ${filter.subject}`]),
        ...(filter.clientId === undefined ? [] : [`the client ${filter.clientId}`]),
      ].join(" at ");
      const signOut = filter.clientId === undefined ? " It is signed out of every browser too." : "";
      return {
        title: "Revoke all grants?",
        warning: `${await activeGrants(context.admin, filter)} of ${whose} will end.${signOut} It cannot be undone.`,
        label: "Revoke them all",
      };
    },
    async run({ context, by }, form) {
      await context.admin.grants.revokeAll(filterOf(form), by);
      return { to: backToAll(form), notice: "all_revoked" };
    },
  },
];
