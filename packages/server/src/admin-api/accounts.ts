import { z } from "zod";
import { operation } from "./operation.ts";
import { CHANGED, INSTANT, PAGE, flag, pageOf, text } from "./schemas.ts";

const ACCOUNT_FIELDS = {
  subject: z.string().meta({ description: "The `sub` of its access tokens." }),
  username: z.string(),
  operator: z.boolean().meta({ description: "Whether it may administer this service." }),
  has_password: z.boolean(),
  created_at: INSTANT,
  disabled_at: INSTANT.nullable(),
};
const ACCOUNT = z.looseObject(ACCOUNT_FIELDS).meta({ id: "Account" });
const CHANGED_ACCOUNT = z.looseObject({ ...ACCOUNT_FIELDS, ...CHANGED }).meta({ id: "ChangedAccount" });

// Its own limits are the operation's: 1 to 1024 bytes.
const password = z.string({ error: "must be text" }).max(1024).meta({
  format: "password",
  description: "1 to 1024 bytes of UTF-8.",
});

const ONE = { account: text(320, "The subject of the account, or its username.") };

/** The operations on accounts. */
export const ACCOUNT_OPERATIONS = [
  operation({
    name: "accounts.list",
    method: "GET",
    path: "/accounts",
    scope: "read",
    summary: "List accounts, or search them",
    query: {
      search: text(320, "Only accounts whose subject or username begins with this text.").optional(),
      operator: flag("Only operators, or only others.").optional(),
      ...PAGE,
    },
    response: pageOf(ACCOUNT),
    call: async (admin, { query }) => admin.accounts.list(query),
  }),
  operation({
    name: "accounts.create",
    method: "POST",
    path: "/accounts",
    scope: "write",
    summary: "Create an account",
    body: z
      .strictObject({
        username: text(320, "What the user signs in with."),
        password,
        subject: text(255, "The `sub` of its access tokens; by default a new UUID.").optional(),
        operator: z
          .boolean({ error: "must be true or false" })
          .optional()
          .meta({ description: "Whether it may administer this service." }),
      })
      .meta({ id: "NewAccount", examples: [{ username: "ada", password: "correct horse battery" }] }),
    status: 201,
    response: ACCOUNT,
    refuses: ["conflict"],
    call: (admin, { body, by }) => admin.accounts.create(body, by),
  }),
  operation({
    name: "accounts.get",
    method: "GET",
    path: "/accounts/{account}",
    scope: "read",
    summary: "Read an account",
    parameters: ONE,
    response: ACCOUNT,
    refuses: ["not_found"],
    tagged: true,
    call: (admin, { path }) => admin.accounts.get(path.account),
  }),
  operation({
    name: "accounts.setPassword",
    method: "POST",
    path: "/accounts/{account}/password",
    scope: "write",
    summary: "Set the password of an account",
    description: "The account is signed out of every browser. Its grants stay active unless `revoke_grants`.",
    parameters: ONE,
    body: z.strictObject({
      password,
      revoke_grants: z.boolean({ error: "must be true or false" }).optional(),
    }),
    response: ACCOUNT,
    refuses: ["not_found"],
    long: true,
    call: (admin, { path, body, by }) =>
      admin.accounts.setPassword(path.account, body.password, {
        revokeGrants: body.revoke_grants ?? false,
        ...by,
      }),
  }),
  operation({
    name: "accounts.setOperator",
    method: "POST",
    path: "/accounts/{account}/operator",
    scope: "write",
    summary: "Make an account an operator, or take that away",
    parameters: ONE,
    body: z.strictObject({ operator: z.boolean({ error: "must be true or false" }) }),
    response: CHANGED_ACCOUNT,
    refuses: ["not_found"],
    call: (admin, { path, body, by }) => admin.accounts.setOperator(path.account, body.operator, by),
  }),
  operation({
    name: "accounts.disable",
    method: "POST",
    path: "/accounts/{account}/disable",
    scope: "write",
    summary: "Refuse an account and revoke its grants",
    parameters: ONE,
    response: CHANGED_ACCOUNT,
    refuses: ["not_found"],
    long: true,
    call: (admin, { path, by }) => admin.accounts.disable(path.account, by),
  }),
  operation({
    name: "accounts.enable",
    method: "POST",
    path: "/accounts/{account}/enable",
    scope: "write",
    summary: "Accept a disabled account again",
    description: "Its revoked grants stay revoked.",
    parameters: ONE,
    response: CHANGED_ACCOUNT,
    refuses: ["not_found"],
    call: (admin, { path, by }) => admin.accounts.enable(path.account, by),
  }),
];
