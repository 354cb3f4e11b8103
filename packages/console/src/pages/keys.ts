import { html } from "hono/html";
import { foreign, instant } from "../html.ts";
import { badge, field, postForm, table } from "../parts.ts";
import type { Screen, Shell } from "../shell.ts";
import type { Keys, RegistrationToken } from "../types.ts";

const TONES: Readonly<Record<string, "good" | "warn" | "bad" | "">> = {
  signs: "good",
  seals: "good",
  next: "warn",
  distrusted: "bad",
};

/** Signing keys and MAC keys, their ages, and what can be done. */
export function keysScreen(shell: Shell, { signing, mac }: Keys): Screen {
  const { now } = shell;
  const button = (path: string, label: string, hidden: Record<string, string> = {}) =>
    postForm(shell, {
      path: `/keys/${path}`,
      label,
      hidden,
      kind: path.startsWith("distrust") ? "danger" : "",
    });
  const signingRows = signing.map(({ kid, algorithm, state, created_at, active_at }) => [
    html`<code>${kid}</code>`,
    algorithm,
    badge(state, TONES[state] ?? ""),
    instant(created_at, now),
    instant(active_at, now),
    button("distrust-signing", "Distrust…", { kid }),
  ]);
  const macRows = mac.map(({ number, master_key_id, state, active_at }) => [
    String(number),
    html`<code>${master_key_id}</code>`,
    badge(state, TONES[state] ?? ""),
    instant(active_at, now),
    state === "distrusted" ? "" : button("distrust-mac", "Distrust…", { number: String(number) }),
  ]);
  const body = html`<h2>Signing keys of access tokens</h2>
    ${table(["Key id", "Algorithm", "State", "Created", "Signs from", "Action"], signingRows, "No signing keys.")}
    ${button("rotate-signing", "Make the next signing key…")}
    <h2>MAC keys of refresh tokens</h2>
    ${table(["Number", "Master key", "State", "Seals from", "Action"], macRows, "No MAC keys.")}
    ${button("rotate-mac", "Make the next MAC key…")}`;
  return { title: "Keys", section: "keys", body };
}

/** Tokens with which clients register themselves. */
export function registrationTokensScreen(shell: Shell, tokens: readonly RegistrationToken[]): Screen {
  const rows = tokens.map(({ id, name, uses_left, created_at, expires_at }) => [
    foreign(name),
    html`<code>${id}</code>`,
    uses_left === null ? "any number" : String(uses_left),
    instant(created_at, shell.now),
    expires_at === null ? "never" : instant(expires_at, shell.now),
    postForm(shell, {
      path: "/registration-tokens/delete",
      label: "Delete…",
      kind: "danger",
      hidden: { id },
    }),
  ]);
  const body = html`<p>With a registration token, a client registers itself (RFC 7591).</p>
    ${table(["Name", "Id", "Uses left", "Created", "Ends", "Action"], rows, "No registration tokens.")}
    <h2>Create one</h2>
    ${postForm(shell, {
      path: "/registration-tokens/create",
      label: "Create",
      kind: "main",
      inputs: html`${field({ name: "name", label: "Name", attributes: 'required maxlength="200"' })}
      ${field({ name: "uses", label: "Uses; empty: any number", type: "number", attributes: 'min="1"' })}
      ${field({ name: "days", label: "Valid for, days; empty: for ever", type: "number", attributes: 'min="1" max="3650"' })}`,
    })}`;
  return { title: "Registration tokens", section: "registration", body };
}
