import { secretScreen } from "@regrant/console";
import type { Values } from "../operator-request.ts";
import { wholeNumber } from "./action.ts";
import type { Action } from "./action.ts";

const toKeys = () => "/keys";
const toTokens = () => "/registration-tokens";
const DAY = 86_400;

const optional = (text: string | undefined, unit = 1) =>
  text === undefined ? null : wholeNumber(text) * unit;

export const KEY_ACTIONS: readonly Action[] = [
  {
    path: "/keys/rotate-signing",
    back: toKeys,
    ask: async () => ({
      title: "Make the next signing key?",
      warning:
        "It is published now and signs once no cache of the JWKS can lack it. Tokens of the present key stay valid.",
      label: "Make the key",
    }),
    async run({ context, by }) {
      await context.admin.keys.rotateSigning(by);
      return { to: "/keys", notice: "key_made" };
    },
  },
  {
    path: "/keys/rotate-mac",
    back: toKeys,
    ask: async () => ({
      title: "Make the next MAC key?",
      warning: "It seals new refresh tokens in a few seconds. Tokens under older keys stay valid.",
      label: "Make the key",
    }),
    async run({ context, by }) {
      await context.admin.keys.rotateMac(by);
      return { to: "/keys", notice: "key_made" };
    },
  },
  {
    path: "/keys/distrust-signing",
    strong: true,
    back: toKeys,
    ask: async (_request, form) => ({
      title: "Distrust this signing key?",
      warning: `Access tokens that the key ${form.get("kid") ?? ""} signed are refused by every API that reads the JWKS. It cannot be undone.`,
      label: "Distrust the key",
    }),
    async run({ context, by }, form) {
      await context.admin.keys.distrustSigning(form.get("kid") ?? "", by);
      return { to: "/keys", notice: "distrusted" };
    },
  },
  {
    path: "/keys/distrust-mac",
    strong: true,
    back: toKeys,
    ask: async (_request, form) => ({
      title: "Distrust this MAC key?",
      warning: `Every refresh token under the key ${form.get("number") ?? ""} is refused: the sessions of its grants end. It cannot be undone.`,
      label: "Distrust the key",
    }),
    async run({ context, by }, form) {
      await context.admin.keys.distrustMac(wholeNumber(form.get("number")), by);
      return { to: "/keys", notice: "distrusted" };
    },
  },
  {
    path: "/registration-tokens/create",
    back: toTokens,
    async run({ context, by, shell }, form: Values) {
      const wanted = {
        name: form.get("name") ?? "",
        uses: optional(form.get("uses")),
        ttl: optional(form.get("days"), DAY),
      };
      const { registration_token: secret } = await context.admin.registrationTokens.create(wanted, by);
      const shown = { title: "The registration token is created", label: "The registration token", secret };
      return {
        screen: secretScreen(shell, { ...shown, to: toTokens(), toLabel: "To the registration tokens" }),
      };
    },
  },
  {
    path: "/registration-tokens/delete",
    back: toTokens,
    ask: async (_request, form) => ({
      title: "Delete this registration token?",
      warning: `No client can register itself with the token ${form.get("id") ?? ""} any more. Clients that did stay.`,
      label: "Delete the token",
    }),
    async run({ context, by }, form) {
      await context.admin.registrationTokens.delete(form.get("id") ?? "", by);
      return { to: toTokens(), notice: "deleted" };
    },
  },
];
