import { html } from "hono/html";
import { identifier, instant } from "../html.ts";
import type { Html } from "../html.ts";
import { badge, faultLine, field, fields, pager, pathTo, postForm, subjectLink, table } from "../parts.ts";
import type { Screen, Shell } from "../shell.ts";
import type { Account, Grant, Listing } from "../types.ts";
import { grantTable } from "./grants.ts";

/** Accounts that Regrant keeps. */
export function accountsScreen(
  shell: Shell,
  query: { search?: string; operator?: string; after?: string },
  accounts: Listing<Account>,
): Screen {
  const rows = accounts.items.map((account) => [
    subjectLink(shell, account.subject, account.username),
    html`<code>${account.subject}</code>`,
    badges(account),
    instant(account.created_at, shell.now),
  ]);
  const body = html`<form class="filters" method="get" action="${pathTo(shell, "/accounts")}">
      ${field({ name: "search", label: "Username begins with", value: query.search, type: "search" })}
      <div class="switch">
        <input
          id="operator"
          type="checkbox"
          name="operator"
          value="true"
          ${query.operator ? "checked" : ""}
        />
        <label for="operator">Operators only</label>
      </div>
      <button>Show</button>
      <a class="button" href="${pathTo(shell, "/accounts/new")}">Create an account</a>
    </form>
    ${table(["Username", "Subject", "State", "Created"], rows, "No accounts.")}
    ${pager(shell, "/accounts", query, accounts)}`;
  return { title: "Accounts", section: "accounts", body };
}

function badges({ disabled_at, operator, has_password }: Account): Html {
  return html`${disabled_at === null ? badge("enabled", "good") : badge("disabled", "bad")}
  ${operator ? badge("operator", "warn") : ""} ${has_password ? "" : badge("no password")}`;
}

/** A subject: its account, if Regrant keeps it, and its grants. */
export function accountScreen(
  shell: Shell,
  subject: string,
  account: Account | undefined,
  grants: Listing<Grant>,
  names: Readonly<Record<string, string>>,
): Screen {
  const body = html`${
      account === undefined
        ? html`<p class="note">No account of Regrant's has this subject: another service keeps it.</p>
            ${fields({ Subject: identifier(subject) })}`
        : own(shell, account)
    }
    <h2>Its grants</h2>
    ${grantTable(shell, grants.items, names)}
    ${grants.next === null ? "" : html`<p><a href="${pathTo(shell, "/grants", { subject })}">All its grants</a></p>`}
    ${postForm(shell, { path: "/grants/revoke-all", label: "Revoke all its grants…", kind: "danger", hidden: { subject } })}
    <p><a href="${pathTo(shell, "/events", { subject })}">Its events</a></p>`;
  return { title: account?.username ?? "Subject", section: "accounts", body };
}

function own(shell: Shell, account: Account): Html {
  const { subject, operator, disabled_at } = account;
  const hidden = { subject };
  const button = (path: string, label: string, kind: "" | "danger" = "") =>
    postForm(shell, { path: `/accounts/${path}`, label, kind, hidden });
  return html`<p>${badges(account)}</p>
    ${fields({
      Username: identifier(account.username),
      Subject: identifier(subject),
      Created: instant(account.created_at, shell.now),
      Disabled: disabled_at === null ? null : instant(disabled_at, shell.now),
    })}
    <div class="actions">
      ${disabled_at === null ? button("disable", "Disable…", "danger") : button("enable", "Enable")}
      ${operator ? button("remove-operator", "Remove as operator…", "danger") : button("make-operator", "Make operator…")}
    </div>
    <h2>Set the password</h2>
    ${postForm(shell, {
      path: "/accounts/set-password",
      label: "Set the password…",
      hidden,
      inputs: html`${field({
          name: "new_password",
          label: "New password",
          type: "password",
          attributes: 'required maxlength="1024"',
        })}
        <div class="switch">
          <input id="revoke" type="checkbox" name="revoke_grants" value="yes" />
          <label for="revoke">Revoke its grants too</label>
        </div>`,
    })}`;
}

/** The form of a new account. */
export function newAccountScreen(shell: Shell, given: { username: string; fault: string | null }): Screen {
  const body = html`${faultLine(given.fault)}
  ${postForm(shell, {
    path: "/accounts/create",
    label: "Create",
    kind: "main",
    inputs: html`${field({
      name: "username",
      label: "Username",
      value: given.username,
      attributes: 'required maxlength="320"',
    })}
    ${field({
      name: "new_password",
      label: "Password",
      type: "password",
      attributes: 'required maxlength="1024"',
    })}`,
  })}`;
  return { title: "New account", section: "accounts", body };
}
