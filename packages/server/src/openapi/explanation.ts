import { PATHS } from "../endpoints/metadata.ts";
import type { NextStep } from "../explanations/next-step.ts";
import type { Endpoint } from "./endpoint.ts";
import type { Instance } from "./instance.ts";
import { ANY_BODY, ANY_CLIENT, ANY_REQUEST } from "./refusals.ts";
import { objectOf, reference, SECONDS } from "./schema.ts";
import type { Fields, Schema } from "./schema.ts";
import { authenticationText, CLIENT, CREDENTIALS, EXAMPLE_CREDENTIALS } from "./security.ts";
import { FORM_TYPES } from "./token-endpoint.ts";

/** What each next step means. */
const NEXT_STEPS: Readonly<Record<NextStep, string>> = {
  refresh: "refresh with this token",
  use_newest_token: "refresh with the newest token of the session",
  sign_in: "the user signs in again",
  contact_provider: "ask the provider",
  check_token: "the token is not one of this client's: check where it comes from",
};

const SECONDS_OR_NULL = { type: ["integer", "null"], minimum: 0 } as const;

const EXPLANATION: Fields = {
  state: {
    description: "The state of the session; `unknown`: the token is not one of this client's.",
    schema: { enum: ["active", "expired", "revoked", "unknown"] },
    required: true,
  },
  reason: {
    description: "What ended the session, or why this token of an active one is refused; `null`: it is not.",
    schema: { type: ["string", "null"] },
    required: true,
  },
  next_step: {
    description: Object.entries(NEXT_STEPS)
      .map(([step, meaning]) => `\`${step}\`: ${meaning}`)
      .join("; "),
    schema: { enum: Object.keys(NEXT_STEPS) },
    required: true,
  },
  sentences: {
    description: "The same for people. The last sentence says what to do.",
    schema: { type: "array", items: { type: "string" } },
    required: true,
  },
  token: { description: "What the token is in the session.", schema: { enum: ["newest", "spent", "ahead"] } },
  created_at: { description: "When the session began, s since 1970.", schema: SECONDS },
  ended_at: { description: "When it ended; `null` while it is active.", schema: SECONDS_OR_NULL },
  last_refreshed_at: { description: "When it was refreshed last; `null`: never.", schema: SECONDS_OR_NULL },
  expires_at: { description: "When it ends however often it is refreshed.", schema: SECONDS },
  refresh_token_expires_at: {
    description: "When its newest token expires unless it is used.",
    schema: SECONDS,
  },
  spent_at: { description: "When this token was spent.", schema: SECONDS },
  spent_before: {
    description: "The latest instant at which it was, where that one is not known.",
    schema: SECONDS,
  },
  refreshes_since: { description: "How many refreshes came after it.", schema: SECONDS },
  successor_used: {
    description: "Whether the token that replaced it was used.",
    schema: { type: "boolean" },
  },
  presented_again_at: {
    description:
      "When a spent token of the session came again last; `null`: not since the newest one was issued.",
    schema: SECONDS_OR_NULL,
  },
  retry_window: { description: "How long a repeated refresh gets the same tokens, s.", schema: SECONDS },
  retry_until: { description: "Until when a refresh with this spent token is answered.", schema: SECONDS },
};

/** The schemas of this endpoint, by their names among the components. */
export const EXPLANATION_SCHEMAS: Readonly<Record<string, Schema>> = {
  ExplanationRequest: objectOf({
    token: { description: "The refresh token.", required: true },
    ui_locales: { description: "The languages of the sentences, the preferred one first. Default: English." },
    ...CREDENTIALS,
  }),
  Explanation: objectOf(EXPLANATION),
};

/** Explanations, Regrant's own; none if they are off. */
export function explanationEndpoints({ explanations }: Instance): Endpoint[] {
  if (!explanations) return [];
  return [
    {
      operationId: "explain",
      method: "post",
      path: PATHS.explain,
      tag: "Tokens",
      summary: "Why did it stop?",
      description:
        "What became of one of the client's refresh tokens, and what to do next. It is no use of the token. A public " +
        `client is told of sessions that have ended.\n\n${authenticationText({ isPublicAccepted: true })}`,
      security: CLIENT,
      body: {
        mediaTypes: FORM_TYPES,
        schema: reference("ExplanationRequest"),
        examples: {
          explain: { summary: "Explain", value: { ...EXAMPLE_CREDENTIALS, token: "YOUR_REFRESH_TOKEN" } },
        },
      },
      responses: {
        200: {
          description: "What became of it.",
          content: { mediaType: "application/json", schema: reference("Explanation") },
        },
      },
      refusals: [
        ["parameter_missing", { parameter: "token" }],
        "too_many_explanations",
        ...ANY_BODY,
        ...ANY_CLIENT,
        ...ANY_REQUEST,
      ],
    },
  ];
}
