import { z } from "zod";
import { operation } from "./operation.ts";
import { INSTANT, PAGE, pageOf, seconds, text } from "./schemas.ts";

const TOKEN_FIELDS = {
  id: z.string(),
  name: z.string(),
  uses_left: z.int().nullable().meta({ description: "Null: any number." }),
  created_at: INSTANT,
  expires_at: INSTANT.nullable().meta({ description: "Null: never." }),
};
const TOKEN = z.looseObject(TOKEN_FIELDS).meta({ id: "RegistrationToken" });
const CREATED = z
  .looseObject({
    ...TOKEN_FIELDS,
    registration_token: z.string().meta({ description: "Shown in this response only." }),
  })
  .meta({ id: "CreatedRegistrationToken" });

/** The operations on the tokens with which clients register themselves (RFC 7591 §3). */
export const REGISTRATION_TOKEN_OPERATIONS = [
  operation({
    name: "registrationTokens.list",
    method: "GET",
    path: "/registration-tokens",
    scope: "read",
    summary: "List registration tokens that have not expired",
    query: PAGE,
    response: pageOf(TOKEN),
    call: (admin, { query }) => admin.registrationTokens.list(query),
  }),
  operation({
    name: "registrationTokens.create",
    method: "POST",
    path: "/registration-tokens",
    scope: "write",
    summary: "Create a token with which clients register themselves",
    body: z
      .strictObject({
        name: text(200, "Who the token is for."),
        uses: z
          .int({ error: "must be a whole number from 1" })
          .min(1)
          .max(315_360_000)
          .nullable()
          .optional()
          .meta({ description: "How many clients it may register; null: any number. By default 1." }),
        ttl: seconds(1, 315_360_000, "Its lifetime, s; null: it does not expire. By default a week.")
          .nullable()
          .optional(),
      })
      .meta({ id: "NewRegistrationToken", examples: [{ name: "Partner" }] }),
    status: 201,
    response: CREATED,
    call: (admin, { body: { name, uses = 1, ttl = 604_800 }, by }) =>
      admin.registrationTokens.create({ name, uses, ttl }, by),
  }),
  operation({
    name: "registrationTokens.delete",
    method: "DELETE",
    path: "/registration-tokens/{id}",
    scope: "write",
    summary: "Delete a registration token",
    description: "The clients that it registered stay.",
    parameters: { id: text(64, "The id of the token.") },
    status: 204,
    refuses: ["not_found"],
    call: (admin, { path, by }) => admin.registrationTokens.delete(path.id, by),
  }),
];
