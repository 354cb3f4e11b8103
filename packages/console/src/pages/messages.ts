import { html } from "hono/html";
import { foreign } from "../html.ts";
import type { Content } from "../html.ts";
import { faultLine, hiddenFields, pathTo, secretBox } from "../parts.ts";
import type { Screen, Shell } from "../shell.ts";
import { passwordField } from "./sign-in.ts";

/** What an operation could not do: it has changed nothing. */
export function faultScreen(fault: { title: string; message: string; hint?: string | undefined }): Screen {
  const { title, message, hint } = fault;
  const body = html`<p class="bad" role="alert">${foreign(message)}</p>
    ${hint === undefined ? "" : html`<p class="soft">${hint}</p>`}`;
  return { title, body };
}

/** What will happen, and the button that does it. */
export interface Question {
  title: string;
  /** What happens, in sentences. */
  warning: Content;
  /** The button. */
  label: string;
  /** Path of the form. */
  path: string;
  /** What the form was posted with. */
  values: Readonly<Record<string, string>>;
  /** The password was proved too long ago: it is asked for again. */
  asksPassword: boolean;
  /** What was wrong with the password; null: nothing. */
  fault: string | null;
  /** Where the link goes that does nothing. */
  back: string;
}

/** Asks again before something that cannot be undone. */
export function questionScreen(shell: Shell, question: Question): Screen {
  const { title, warning, label, path, values, asksPassword, fault, back } = question;
  const body = html`<div class="card">
    <div class="warn">${typeof warning === "string" ? foreign(warning) : warning}</div>
    ${faultLine(fault)}
    <form method="post" action="${pathTo(shell, path)}">
      ${hiddenFields({ ...values, form_token: shell.formToken, confirmed: "yes" })}
      ${
        asksPassword
          ? html`<p>You signed in a while ago. Your password, please:</p>
              ${passwordField(true)}`
          : ""
      }
      <div class="actions">
        <button class="danger">${label}</button>
        <a class="button" href="${pathTo(shell, back)}">Cancel</a>
      </div>
    </form>
  </div>`;
  return { title, body };
}

/** A secret that was made, and where to go from there. */
export function secretScreen(
  shell: Shell,
  made: { title: string; label: string; secret: string; note?: string; to: string; toLabel: string },
): Screen {
  const { title, label, secret, note, to, toLabel } = made;
  const body = html`${secretBox(label, secret)} ${note === undefined ? "" : html`<p>${note}</p>`}
    <p><a class="button" href="${pathTo(shell, to)}">${toLabel}</a></p>`;
  return { title, body };
}
