import type { Admin } from "../../../admin/admin.ts";
import type { Answer, Values, OperatorRequest } from "../operator-request.ts";

/** What a page asks before an action is carried out. */
export interface Warning {
  title: string;
  /** What will happen, as a sentence. */
  warning: string;
  /** The button. */
  label: string;
}

/** Something that an operator does: a form posts to its path. */
export interface Action {
  /** Below the console. */
  path: string;
  /** Asks again before it is carried out; undefined: it does at once. */
  ask?: (request: OperatorRequest, form: Values) => Promise<Warning>;
  /** The forms of which it asks; undefined: all. */
  asksOf?: (form: Values) => boolean;
  /** It also asks for the password, unless that was proved not long ago. */
  strong?: boolean;
  /** The page from which it was posted. */
  back: (form: Values) => string;
  /** Carries it out. @throws AdminError */
  run: (request: OperatorRequest, form: Values) => Promise<Answer>;
}

/** Grants of which a warning tells the number. */
const COUNTED = 100;

/** How many active grants would end: counted up to a hundred, as there may be millions. */
export async function activeGrants(
  { grants }: Admin,
  filter: { subject?: string | undefined; clientId?: string | undefined },
): Promise<string> {
  const { items, next } = await grants.list({ ...filter, state: "active", limit: COUNTED });
  if (next !== null) return `${items.length} or more active grants`;
  return items.length === 1 ? "1 active grant" : `${items.length} active grants`;
}

export function subjectPath(subject: string): string {
  return `/account?${new URLSearchParams({ subject }).toString()}`;
}

export function clientPath(form: Values): string {
  return `/clients/${encodeURIComponent(form.get("client_id") ?? "")}`;
}

/** A whole number of a form; NaN where it is none, which the operation refuses. */
export function wholeNumber(text: string | undefined): number {
  return /^\d{1,9}$/.test(text ?? "") ? Number(text) : Number.NaN;
}
