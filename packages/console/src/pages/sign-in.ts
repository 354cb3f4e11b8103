import { html } from "hono/html";
import { faultLine, field, hiddenFields } from "../parts.ts";
import { renderCard } from "../shell.ts";
import type { Frame } from "../shell.ts";
import type { Html } from "../html.ts";

/** What the pages before a session show. */
interface SignInView {
  formToken: string;
  /** What was wrong with the last attempt; null: nothing. */
  fault: string | null;
}

/**
 * Asks for an operator's username and password.
 *
 * @param view `to`: path below the console where it goes on
 */
export function signInPage(frame: Frame, view: SignInView & { username: string; to: string }): Html {
  const { fault, username, to, formToken } = view;
  const body = html`${faultLine(fault)}
    <form method="post" action="${frame.base}/sign-in">
      ${hiddenFields({ form_token: formToken, to })}
      ${field({
        name: "username",
        label: "Username",
        value: username,
        attributes: `required maxlength="320"${username === "" ? " autofocus" : ""}`,
      })}
      ${passwordField(username !== "")}
      <button class="main">Sign in</button>
    </form>
    <p class="soft small">
      For operators of this service. At the shell of a node, <code>regrant console link NAME</code> makes a
      one-time link.
    </p>`;
  return renderCard(frame, { title: "Sign in", body });
}

/** The field of the password that an operator has. */
export function passwordField(focus: boolean): Html {
  return html`<div class="field">
    <label for="field-password">Password</label>
    <input
      id="field-password"
      name="password"
      type="password"
      autocomplete="current-password"
      required
      maxlength="1024"
      ${focus ? "autofocus" : ""}
    />
  </div>`;
}

/**
 * Takes the one-time code of a link. The link has it after `#`, which no browser sends to a server and no log has; the
 * script moves it into the form.
 */
export function linkPage(frame: Frame, { formToken, fault }: SignInView): Html {
  const body = html`${faultLine(fault)}
    <form method="post" action="${frame.base}/link">
      ${hiddenFields({ form_token: formToken })}
      <div class="field">
        <label for="code">One-time code</label>
        <input
          id="code"
          name="code"
          autocomplete="off"
          autocapitalize="none"
          spellcheck="false"
          required
          maxlength="128"
          aria-describedby="code-help"
        />
        <p class="soft small" id="code-help">
          The end of the link, after #. It works once, for a few minutes.
        </p>
      </div>
      <button class="main">Sign in</button>
    </form>`;
  return renderCard(frame, { title: "One-time sign-in", body });
}

/** Says what stands in the way, before a session. */
export function refusalPage(frame: Frame, { title, message }: { title: string; message: string }): Html {
  const body = html`<p class="bad" role="alert">${message}</p>
    <p><a class="button" href="${frame.base}/sign-in">Sign in</a></p>`;
  return renderCard(frame, { title, body });
}
