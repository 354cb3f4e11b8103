import { z } from "zod";
import { operation } from "./operation.ts";
import { CHANGED, instant, INSTANT, PAGE, pageOf, seconds, text, wholeNumber } from "./schemas.ts";

const IDENTITY = { grant_id: z.string(), client_id: z.string(), subject: z.string() };
const STATE_FIELDS = {
  ...IDENTITY,
  scope: z.string(),
  state: z.enum(["active", "expired", "revoked"]),
  reason: z.string().nullable().meta({ description: "Why it is not active; null while it is." }),
  inactive_since: INSTANT.nullable(),
  parent_id: z.string().nullable().meta({
    description:
      "The grant that it was exchanged for, with which it ends (RFC 8693); null: it is of its own.",
  }),
  has_children: z.boolean().meta({ description: "Other grants have it as their parent, or had." }),
  authorization_details: z
    .array(z.looseObject({ type: z.string() }))
    .nullable()
    .meta({
      description: "What was granted beside the scope (RFC 9396); null: nothing.",
    }),
  binding: z.string().nullable().meta({
    description:
      "The key that its refresh tokens are bound to: `jkt:` and the thumbprint of a DPoP key, or `x5t:` and that of a certificate; null: to none.",
  }),
  generation: z.int().meta({ description: "How often its refresh token was rotated." }),
  created_at: INSTANT,
  last_used_at: INSTANT,
  idle_expires_at: INSTANT.nullable().meta({
    description: "The end of the idle lifetime unless it is refreshed; null if it is not active.",
  }),
  expires_at: INSTANT.meta({ description: "The end of the absolute lifetime." }),
};
const GRANT = z.looseObject(STATE_FIELDS).meta({ id: "Grant" });
const CHANGED_GRANT = z.looseObject({ ...STATE_FIELDS, ...CHANGED }).meta({ id: "ChangedGrant" });
const EXTENDED_GRANT = z
  .looseObject({ ...STATE_FIELDS, previous_expires_at: INSTANT })
  .meta({ id: "ExtendedGrant" });

const EXPLANATION = z
  .looseObject({
    ...IDENTITY,
    state: z.enum(["active", "expired", "revoked", "removed"]).meta({
      description: "`removed`: its row was swept; then the members of a grant besides its ids are missing.",
    }),
    client_name: z.string().nullable(),
    username: z.string().nullable(),
    timeline: z.array(
      z.looseObject({
        at: INSTANT,
        message: z.string(),
        event: z.string().nullable(),
        data: z.looseObject({}).nullable(),
        address: z.string().nullable(),
        user_agent: z.string().nullable(),
        request_id: z.string().nullable(),
      }),
    ),
    preview: z.looseObject({}).nullable().meta({
      description: "What a refresh with the token would return now; null if the request names no token.",
    }),
    conclusion: z.string(),
  })
  .meta({ id: "GrantExplanation" });

const REVOKED = z
  .looseObject({ revoked: z.int().meta({ description: "How many grants this request revoked." }) })
  .meta({ id: "RevokedGrants" });

const ONE = { grant_id: text(64, "The id of the grant.") };
const BEFORE = instant("Only grants created before then.").optional();
const LONG =
  "Grants are revoked in short transactions, so refreshes go on meanwhile. If the work takes more than 10 s, the status " +
  "comes before its end, and a line feed every 10 s until the JSON. A response that ends without the JSON " +
  "is of a request that failed; what was revoked stays so, and a repeated request revokes the rest.";

/** The operations on grants. */
export const GRANT_OPERATIONS = [
  operation({
    name: "grants.list",
    method: "GET",
    path: "/grants",
    scope: "read",
    summary: "List grants, or search them",
    query: {
      subject: text(255, "Only grants of this subject.").optional(),
      username: text(320, "Only grants of the account with this username.").optional(),
      client_id: text(255, "Only grants of this client.").optional(),
      state: z
        .enum(["active", "expired", "revoked"], { error: "must be active, expired or revoked" })
        .optional()
        .meta({ description: "Only grants in this state." }),
      ending_within: wholeNumber(
        1,
        3650,
        "Only active grants whose absolute lifetime ends within this many days.",
      ).optional(),
      ...PAGE,
    },
    response: pageOf(GRANT),
    call: (admin, { query: { client_id: clientId, ending_within: endingWithin, ...filter } }) =>
      admin.grants.list({ clientId, endingWithin, ...filter }),
  }),
  operation({
    name: "grants.get",
    method: "GET",
    path: "/grants/{grant_id}",
    scope: "read",
    summary: "Read a grant",
    parameters: ONE,
    response: GRANT,
    refuses: ["not_found"],
    tagged: true,
    call: (admin, { path }) => admin.grants.get(path.grant_id),
  }),
  operation({
    name: "grants.explain",
    method: "GET",
    path: "/grants/{grant_id}/explanation",
    scope: "read",
    summary: "Explain a grant: its history, and why it is active or not",
    parameters: ONE,
    response: EXPLANATION,
    refuses: ["not_found"],
    call: (admin, { path }) => admin.grants.explain({ id: path.grant_id }),
  }),
  operation({
    name: "grants.explainToken",
    method: "POST",
    path: "/grants/explanation",
    scope: "read",
    summary: "Explain the grant of a refresh token, and what a refresh with it would return now",
    description: "It changes nothing. The token is in the body, and never in a URL, a log or an event.",
    body: z.strictObject({ token: text(8192, "A refresh token, Regrant's or Laravel Passport's.") }),
    response: EXPLANATION,
    refuses: ["not_found"],
    call: (admin, { body }) => admin.grants.explain({ token: body.token }),
  }),
  operation({
    name: "grants.extend",
    method: "POST",
    path: "/grants/{grant_id}/extend",
    scope: "write",
    summary: "Move the end of an active grant's absolute lifetime later",
    parameters: ONE,
    body: z.strictObject({ by: seconds(1, 315_360_000, "By how much, s.") }),
    response: EXTENDED_GRANT,
    refuses: ["not_found", "not_allowed"],
    call: (admin, { path, body, by }) => admin.grants.extend(path.grant_id, { by: body.by, ...by }),
  }),
  operation({
    name: "grants.revoke",
    method: "DELETE",
    path: "/grants/{grant_id}",
    scope: "write",
    summary: "Revoke a grant",
    description: "Its tokens are refused from now on. The row stays for 7 days, so that it can be explained.",
    parameters: ONE,
    response: CHANGED_GRANT,
    refuses: ["not_found"],
    call: (admin, { path, by }) => admin.grants.revoke(path.grant_id, by),
  }),
  operation({
    name: "grants.revokeOfSubject",
    method: "DELETE",
    path: "/subjects/{subject}/grants",
    scope: "write",
    summary: "Revoke all grants of a subject, and sign it out of every browser",
    description: LONG,
    parameters: { subject: text(255, "The `sub` of the access tokens; not a username.") },
    query: {
      client_id: text(255, "Only grants of this client; then nobody is signed out.").optional(),
      before: BEFORE,
    },
    response: REVOKED,
    refuses: ["not_found"],
    long: true,
    call: (admin, { path: { subject }, query: { client_id: clientId, before }, by }) =>
      admin.grants.revokeAll({ subject, clientId, before }, by),
  }),
  operation({
    name: "grants.revokeOfClient",
    method: "DELETE",
    path: "/clients/{client_id}/grants",
    scope: "write",
    summary: "Revoke all grants of a client",
    description: LONG,
    parameters: { client_id: text(255, "The id of the client.") },
    query: { before: BEFORE },
    response: REVOKED,
    refuses: ["not_found"],
    long: true,
    call: (admin, { path, query: { before }, by }) =>
      admin.grants.revokeAll({ clientId: path.client_id, before }, by),
  }),
];
