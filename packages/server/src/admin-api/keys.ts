import { z } from "zod";
import { operation } from "./operation.ts";
import { INSTANT, text, wholeNumber } from "./schemas.ts";

const KEYS = z
  .looseObject({
    signing: z.array(
      z.looseObject({
        kid: z.string(),
        algorithm: z.string(),
        state: z.enum(["signs", "next", "retired"]),
        created_at: INSTANT,
        active_at: INSTANT,
      }),
    ),
    mac: z.array(
      z.looseObject({
        number: z.int(),
        master_key_id: z.string(),
        state: z.enum(["seals", "next", "opens", "distrusted"]),
        active_at: INSTANT,
        distrusted_at: INSTANT.nullable(),
      }),
    ),
  })
  .meta({ id: "Keys" });
const NEW_SIGNING = z
  .looseObject({ kid: z.string(), algorithm: z.string(), active_at: INSTANT })
  .meta({ id: "NewSigningKey" });
const NEW_MAC = z.looseObject({ number: z.int(), active_at: INSTANT }).meta({ id: "NewMacKey" });
const IMPORTED = z
  .looseObject({ kid: z.string(), added: z.boolean(), active_at: INSTANT })
  .meta({ id: "ImportedKey" });

/** The operations on keys. No response has key material. */
export const KEY_OPERATIONS = [
  operation({
    name: "keys.list",
    method: "GET",
    path: "/keys",
    scope: "read",
    summary: "List the keys, and what each is used for now",
    response: KEYS,
    call: (admin) => admin.keys.list(),
  }),
  operation({
    name: "keys.rotateSigning",
    method: "POST",
    path: "/keys/signing",
    scope: "write",
    summary: "Create the next signing key",
    description: "It is published now, and signs once no cache of the JWKS can lack it.",
    status: 201,
    response: NEW_SIGNING,
    refuses: ["conflict"],
    call: (admin, { by }) => admin.keys.rotateSigning(by),
  }),
  operation({
    name: "keys.rotateMac",
    method: "POST",
    path: "/keys/mac",
    scope: "write",
    summary: "Create the next MAC key of refresh tokens",
    description: "Refresh tokens under older keys stay valid.",
    status: 201,
    response: NEW_MAC,
    refuses: ["conflict", "not_allowed"],
    call: (admin, { by }) => admin.keys.rotateMac(by),
  }),
  operation({
    name: "keys.import",
    method: "POST",
    path: "/keys/import",
    scope: "write",
    summary: "Import the RSA key with which another token service signed",
    body: z.strictObject({
      pem: z
        .string({ error: "must be text" })
        .max(32_768)
        .meta({ description: "The private key, PKCS#1 or PKCS#8 in PEM.", format: "password" }),
      verify_only: z
        .boolean({ error: "must be true or false" })
        .optional()
        .meta({ description: "A new key signs in its place." }),
    }),
    status: 201,
    response: IMPORTED,
    refuses: ["conflict"],
    call: (admin, { body, by }) =>
      admin.keys.import(body.pem, { verifyOnly: body.verify_only ?? false, ...by }),
  }),
  operation({
    name: "keys.distrustSigning",
    method: "DELETE",
    path: "/keys/signing/{kid}",
    scope: "write",
    summary: "Take a leaked signing key out of the JWKS",
    parameters: { kid: text(128, "The `kid` of the key.") },
    status: 204,
    refuses: ["not_found", "conflict"],
    call: (admin, { path, by }) => admin.keys.distrustSigning(path.kid, by),
  }),
  operation({
    name: "keys.distrustMac",
    method: "DELETE",
    path: "/keys/mac/{number}",
    scope: "write",
    summary: "Refuse the refresh tokens under a leaked MAC key",
    parameters: { number: wholeNumber(0, 255, "The number of the key.") },
    status: 204,
    refuses: ["not_found", "conflict", "not_allowed"],
    call: (admin, { path, by }) => admin.keys.distrustMac(path.number, by),
  }),
];
