import { newAccountScreen } from "@regrant/console";
import { AdminError } from "../../../admin/admin-error.ts";
import type { Admin } from "../../../admin/admin.ts";
import type { Notice } from "../notices.ts";
import { sentence } from "../operator-request.ts";
import type { Values, OperatorRequest } from "../operator-request.ts";
import { activeGrants, subjectPath } from "./action.ts";
import type { Action } from "./action.ts";

const subjectOf = (form: Values) => form.get("subject") ?? "";
const back = (form: Values) => subjectPath(subjectOf(form));

type Change = (
  accounts: Admin["accounts"],
  subject: string,
  by: OperatorRequest["by"],
) => Promise<{ changed: boolean }>;

/** A change of one account without further input. */
function change(path: string, work: Change, notice: Notice, rest: Partial<Action> = {}): Action {
  return {
    path: `/accounts/${path}`,
    back,
    async run({ context, by }, form) {
      const { changed } = await work(context.admin.accounts, subjectOf(form), by);
      return { to: back(form), notice: changed ? notice : "unchanged" };
    },
    ...rest,
  };
}

export const ACCOUNT_ACTIONS: readonly Action[] = [
  {
    path: "/accounts/create",
    back: () => "/accounts",
    async run({ context, by, shell }, form) {
      const username = form.get("username") ?? "";
      try {
        const password = form.get("new_password") ?? "";
        const { subject } = await context.admin.accounts.create({ username, password }, by);
        return { to: subjectPath(subject), notice: "created" };
      } catch (error) {
        if (!(error instanceof AdminError)) throw error;
        return { screen: newAccountScreen(shell, { username, fault: sentence(error.message) }), status: 400 };
      }
    },
  },
  change("disable", (accounts, subject, by) => accounts.disable(subject, by), "disabled", {
    strong: true,
    async ask({ context: { admin } }, form) {
      const { username, subject } = await admin.accounts.get(subjectOf(form));
      const ended = await activeGrants(admin, { subject });
      return {
        title: "Disable this account?",
        warning: `${username} cannot sign in, and ${ended} will end for good.`,
        label: "Disable the account",
      };
    },
  }),
  change("enable", (accounts, subject, by) => accounts.enable(subject, by), "enabled"),
  change("make-operator", (accounts, subject, by) => accounts.setOperator(subject, true, by), "operator", {
    strong: true,
    async ask({ context: { admin } }, form) {
      const { username } = await admin.accounts.get(subjectOf(form));
      return {
        title: "Make this account an operator?",
        warning: `${username} may then do everything that you can do here.`,
        label: "Make it an operator",
      };
    },
  }),
  change(
    "remove-operator",
    (accounts, subject, by) => accounts.setOperator(subject, false, by),
    "no_operator",
    {
      strong: true,
      async ask({ context: { admin }, caller }, form) {
        const { username, subject } = await admin.accounts.get(subjectOf(form));
        const isSelf = subject === caller.operator.subject;
        return {
          title: "Take the role away?",
          warning: `${username} is signed out of every browser and cannot use this console any more.${
            isSelf ? " This is your own account." : ""
          }`,
          label: "Take it away",
        };
      },
    },
  ),
  {
    path: "/accounts/set-password",
    strong: true,
    back,
    async ask({ context: { admin } }, form) {
      const { username, subject } = await admin.accounts.get(subjectOf(form));
      const ended =
        form.get("revoke_grants") === "yes" ? await activeGrants(admin, { subject }) : "no grants";
      return {
        title: "Set the password?",
        warning: `${username} is signed out of every browser, and ${ended} will end.`,
        label: "Set the password",
      };
    },
    async run({ context, by }, form) {
      const revokeGrants = form.get("revoke_grants") === "yes";
      const password = form.get("new_password") ?? "";
      await context.admin.accounts.setPassword(subjectOf(form), password, { revokeGrants, ...by });
      return { to: back(form), notice: "password_set" };
    },
  },
];
