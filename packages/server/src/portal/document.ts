// What a page of the portal says, before it is HTML or Markdown. Texts are in the reader's language; backticks mark code.

import type { Language } from "../pages/language.ts";

/** One example request in one language. */
export interface ExampleCode {
  /** Its name in URLs and in `data-language`. */
  language: string;
  /** Its name for people. */
  label: string;
  code: string;
  /** How it is run. */
  note: string;
}

/** A part of a section. */
export type Block =
  | { kind: "text"; text: string }
  | { kind: "list"; items: readonly string[] }
  /** The first cell of a row names it. */
  | { kind: "table"; columns: readonly string[]; rows: readonly (readonly string[])[] }
  | { kind: "code"; language: string; code: string }
  /** All of them; one is shown: that of the chosen language, else the first. */
  | { kind: "examples"; examples: readonly ExampleCode[] }
  | { kind: "links"; links: readonly { slug: string; title: string; text: string }[] }
  /** Of a page of the provider's: as it was written, and the same in HTML. */
  | { kind: "markdown"; source: string; html: string }
  /** Fields, which are posted to a page of the portal. */
  | { kind: "form"; slug: string; fields: readonly Field[]; submit: string; note: string }
  /** How something is, and the codes for it. */
  | { kind: "status"; tone: "good" | "warn" | "bad" | "plain"; text: string; codes: readonly string[] }
  /** What happened, one after the other. */
  | { kind: "steps"; steps: readonly string[] };

/** A field of a form. */
export interface Field {
  name: string;
  label: string;
  /** Empty: none. */
  hint: string;
  isRequired: boolean;
  /** Not shown while it is entered. */
  isSecret: boolean;
  /** Filled in. */
  value: string;
}

/** A section with its heading. */
export interface Section {
  /** Its fragment in the URL. */
  id: string;
  title: string;
  blocks: readonly Block[];
}

/** A page of the portal. */
export interface PortalDocument {
  title: string;
  /** What the page is for, in a sentence or two. */
  lead: string;
  /** Before the first section. */
  blocks: readonly Block[];
  sections: readonly Section[];
  /** The language of the text, where it may differ from the reader's. */
  language?: Language;
  /** URLs of the images in its HTML. */
  images?: readonly string[];
  /** What was wrong with the form that was posted. */
  fault?: string | null;
}

/** A page that the provider wrote. */
export interface OwnPage {
  /** Its path below `/docs`. */
  slug: string;
  /** In the reader's language, if the provider wrote it so. */
  documentFor: (reader: Language) => PortalDocument;
}

/** A paragraph. */
export function text(sentences: string): Block {
  return { kind: "text", text: sentences };
}

/** A section. */
export function section(id: string, title: string, ...blocks: Block[]): Section {
  return { id, title, blocks };
}

/** Sentences, one below the other. */
export function list(...items: readonly string[]): Block {
  return { kind: "list", items };
}

/** A value that is set as code. No value that stands here contains a backtick. */
export function code(value: string): string {
  return `\`${value}\``;
}
