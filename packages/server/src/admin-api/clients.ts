import { z } from "zod";
import { CLIENT_SETTING_KEYS, clientSetting, memberOf } from "../client-settings/settings.ts";
import type { ClientSettingKey, ClientSettings } from "../client-settings/settings.ts";
import { operation } from "./operation.ts";
import { CHANGED, INSTANT, PAGE, pageOf, seconds, text } from "./schemas.ts";

/** The settings that an operator may set: those that the command line has a flag for. */
const SETTABLE = CLIENT_SETTING_KEYS.filter((key) => clientSetting(key).flag !== undefined);
const KEY_OF = new Map<string, ClientSettingKey>(SETTABLE.map((key) => [memberOf(key), key]));

function settingSchemas(keys: readonly ClientSettingKey[]): Record<string, z.ZodType> {
  const described = (key: ClientSettingKey) => {
    const { schema, help } = clientSetting(key);
    return schema.meta({ description: `${help.charAt(0).toUpperCase()}${help.slice(1)}.` });
  };
  return Object.fromEntries(keys.map((key) => [memberOf(key), described(key)]));
}

function optional(schemas: Record<string, z.ZodType>): Record<string, z.ZodOptional> {
  return Object.fromEntries(Object.entries(schemas).map(([name, schema]) => [name, schema.optional()]));
}

const { name: NAME = z.never(), ...OTHERS } = settingSchemas(SETTABLE);

const NEW_CLIENT = z
  .strictObject({
    name: NAME,
    public: z.boolean().optional().meta({ description: "It has no secret (RFC 6749 section 2.1)." }),
    ...optional(OTHERS),
  })
  .meta({
    id: "NewClient",
    examples: [{ name: "Billing", grant_types: ["client_credentials"], scopes: ["invoices"] }],
  });

const CHANGES = z
  .strictObject({
    ...optional(settingSchemas(SETTABLE)),
    release: z
      .literal(true, { error: "must be true" })
      .optional()
      .meta({ description: "Lets a client that registered itself change again what an operator has set." }),
  })
  .meta({ id: "ClientChanges", examples: [{ retry_window: 60 }] });

const CLIENT_FIELDS = {
  client_id: z.string(),
  public: z.boolean(),
  // A row may hold what an older or a newer program has written.
  ...Object.fromEntries(
    Object.entries(settingSchemas(CLIENT_SETTING_KEYS)).map(([member, schema]) => [
      member,
      z.unknown().meta({ description: schema.description ?? "" }),
    ]),
  ),
  name: z.string(),
  secrets: z.array(z.looseObject({ expires_at: INSTANT.nullable() })).meta({
    description: "Of each secret that is in force, when it expires; null: it does not. The newest first.",
  }),
  created_at: INSTANT,
  disabled_at: INSTANT.nullable(),
};
const CLIENT = z.looseObject(CLIENT_FIELDS).meta({ id: "Client" });
const CHANGED_CLIENT = z.looseObject({ ...CLIENT_FIELDS, ...CHANGED }).meta({ id: "ChangedClient" });
const CREATED_CLIENT = z
  .looseObject({
    ...CLIENT_FIELDS,
    client_secret: z
      .string()
      .optional()
      .meta({ description: "Shown in this response only. A public client has none." }),
  })
  .meta({ id: "CreatedClient" });

const SECRET = z
  .looseObject({
    client_id: z.string(),
    client_secret: z.string().meta({ description: "Shown in this response only." }),
    old_secret_valid_until: INSTANT.nullable().meta({
      description: "When the last of the older secrets expires; null: they have.",
    }),
  })
  .meta({ id: "RotatedSecret" });

const ONE = { client_id: text(255, "The id of the client.") };

/** From the members of a body to the keys of the settings. */
function settingsOf(members: Record<string, unknown>): Partial<ClientSettings> {
  // Each value was checked by its own setting's schema.
  return Object.fromEntries(
    Object.entries(members).map(([member, value]) => [KEY_OF.get(member) ?? member, value]),
  );
}

/** The operations on clients. */
export const CLIENT_OPERATIONS = [
  operation({
    name: "clients.list",
    method: "GET",
    path: "/clients",
    scope: "read",
    summary: "List clients, or search them",
    query: { search: text(200, "Only clients whose id or name has this text.").optional(), ...PAGE },
    response: pageOf(CLIENT),
    call: (admin, { query }) => admin.clients.list(query),
  }),
  operation({
    name: "clients.create",
    method: "POST",
    path: "/clients",
    scope: "write",
    summary: "Create a client",
    body: NEW_CLIENT,
    status: 201,
    response: CREATED_CLIENT,
    call: async (admin, { body: { name, public: isPublic = false, ...others }, by }) =>
      admin.clients.create({ name: String(name), public: isPublic, ...settingsOf(others) }, by),
  }),
  operation({
    name: "clients.get",
    method: "GET",
    path: "/clients/{client_id}",
    scope: "read",
    summary: "Read a client",
    parameters: ONE,
    response: CLIENT,
    refuses: ["not_found"],
    tagged: true,
    call: (admin, { path }) => admin.clients.get(path.client_id),
  }),
  operation({
    name: "clients.update",
    method: "PATCH",
    path: "/clients/{client_id}",
    scope: "write",
    summary: "Change settings of a client",
    description:
      "Changes the members that the body has. With `If-Match`, only if the client is still as it was read.",
    parameters: ONE,
    body: CHANGES,
    response: CHANGED_CLIENT,
    refuses: ["not_found"],
    call: (admin, { path, body: { release, ...members }, by }) => {
      const released = release === true ? { setByOperator: [], scopeCeiling: null } : {};
      return admin.clients.update(path.client_id, { ...settingsOf(members), ...released }, by);
    },
  }),
  operation({
    name: "clients.rotateSecret",
    method: "POST",
    path: "/clients/{client_id}/secrets",
    scope: "write",
    summary: "Give a client a new secret",
    parameters: ONE,
    body: z.strictObject({
      overlap: seconds(0, 315_360_000, "How long the older secrets stay valid, s; by default 0.").optional(),
    }),
    status: 201,
    response: SECRET,
    refuses: ["not_found", "not_allowed"],
    call: (admin, { path, body, by }) =>
      admin.clients.rotateSecret(path.client_id, { overlap: body.overlap ?? 0, ...by }),
  }),
  operation({
    name: "clients.disable",
    method: "POST",
    path: "/clients/{client_id}/disable",
    scope: "write",
    summary: "Refuse a client and revoke its grants",
    parameters: ONE,
    response: CHANGED_CLIENT,
    refuses: ["not_found"],
    call: (admin, { path, by }) => admin.clients.disable(path.client_id, by),
  }),
  operation({
    name: "clients.enable",
    method: "POST",
    path: "/clients/{client_id}/enable",
    scope: "write",
    summary: "Accept a disabled client again",
    description: "Its revoked grants stay revoked.",
    parameters: ONE,
    response: CHANGED_CLIENT,
    refuses: ["not_found"],
    call: (admin, { path, by }) => admin.clients.enable(path.client_id, by),
  }),
  operation({
    name: "clients.delete",
    method: "DELETE",
    path: "/clients/{client_id}",
    scope: "write",
    summary: "Remove a client and revoke its grants",
    parameters: ONE,
    status: 204,
    refuses: ["not_found"],
    call: (admin, { path, by }) => admin.clients.delete(path.client_id, by),
  }),
];
