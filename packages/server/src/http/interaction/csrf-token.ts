import { formMac, verifyFormMac } from "../../keys/form-mac.ts";
import type { MasterKey } from "../../keys/master-key.ts";
import type { SignIn } from "../../store/authorization.ts";

/** What a form was shown for; it counts for nothing else. */
export interface FormPurpose {
  form: "sign_in" | "consent" | "sign_out" | "device" | "end_access";
  /** The browser's own cookie. */
  browser: string;
  /** Whoever was signed in. */
  signIn: Pick<SignIn, "digest"> | undefined;
  /** The authorization request, in the form that its pages' URLs have. */
  query: string;
}

/**
 * Against forms that another site makes a browser send: whoever cannot read our page cannot know its token, and a token
 * of somebody else's browser or sign-in does not fit.
 */
export function formToken([master]: readonly [MasterKey, ...MasterKey[]], purpose: FormPurpose): string {
  return formMac(master, textOf(purpose)).toString("base64url");
}

export function isFormToken(
  masters: readonly MasterKey[],
  purpose: FormPurpose,
  token: string | undefined,
): boolean {
  return verifyFormMac(masters, textOf(purpose), Buffer.from(token ?? "", "base64url"));
}

function textOf({ form, browser, signIn, query }: FormPurpose): string {
  return JSON.stringify([form, browser, signIn?.digest.toString("base64url") ?? null, query]);
}
