import { readdirSync, readFileSync, realpathSync, statSync } from "node:fs";
import { join, resolve, sep } from "node:path";
import { PATHS } from "../endpoints/metadata.ts";
import type { Language, Languages } from "../pages/language.ts";
import type { OwnPage } from "./document.ts";
import { readOwnPage } from "./own-page.ts";
import type { OwnText, PageFiles } from "./own-page.ts";
import { PORTAL_PAGES } from "./pages.ts";

/** Most files of a folder. */
const MAX_FILES = 200;
/** Largest file, bytes. */
const MAX_FILE = 64 * 1024;

/** `20-rate-limits.de.md`: its place in the navigation, the name of the page, the language of the text. */
const FILE_NAME = /^(?:(\d{1,6})-)?([a-z][a-z0-9]*(?:-[a-z0-9]+)*)(?:\.([a-zA-Z0-9-]+))?\.md$/;

/** A file of the folder, as its name describes it. */
interface PageFile {
  file: string;
  place: number;
  slug: string;
  language: Language;
}

/** What the pages of a folder are made with. */
interface FolderContext {
  issuer: string;
  languages: Languages;
}

/** A provider's own pages, in the order of the navigation. */
export interface DocsFolder {
  pages: readonly OwnPage[];
  /** What of them is not shown as it was meant, in sentences that name the file. */
  notes: readonly string[];
}

/**
 * Reads a provider's own pages: the files `*.md` of a folder, and none below it. They are read once, so no request names a
 * file.
 *
 * @returns the violations, if there are any, as sentences that name the file
 */
export async function readDocsFolder(
  folder: string,
  context: FolderContext,
): Promise<DocsFolder | { violations: readonly string[] }> {
  const listing = listFiles(folder, context.languages);
  const { files } = listing;
  const violations = [...listing.violations];
  const notes: string[] = [];
  const pages = new Map<string, Map<Language, OwnText>>();
  const names = pageNames(files, context.issuer);
  for (const { file, slug, language } of files) {
    const path = join(folder, file);
    const text = readText(path, folder);
    const read = typeof text === "string" ? await readOwnPage(filledIn(text, context.issuer), names) : text;
    if ("fault" in read) {
      violations.push(`${path} ${read.fault}`);
      continue;
    }
    notes.push(...read.notes.map((note) => `${path}: ${note}`));
    pages.set(slug, (pages.get(slug) ?? new Map<Language, OwnText>()).set(language, read));
  }
  if (violations.length > 0) return { violations };
  return { pages: [...pages].map(([slug, texts]) => ownPage(slug, texts)), notes };
}

/** The files whose names are those of pages, in the order of the navigation, and what is wrong with the others. */
function listFiles(folder: string, languages: Languages): { files: PageFile[]; violations: string[] } {
  let names: string[];
  try {
    names = readdirSync(folder).filter((name) => name.endsWith(".md") && !name.startsWith("."));
  } catch (error) {
    const code = codeOf(error);
    const fault = code === "ENOENT" ? "was not found" : `cannot be read (${code})`;
    return { files: [], violations: [`the folder ${resolve(folder)} ${fault}`] };
  }
  if (names.length > MAX_FILES) {
    return { files: [], violations: [`${folder} has ${names.length} pages, and ${MAX_FILES} are the most`] };
  }
  const files: PageFile[] = [];
  const violations: string[] = [];
  for (const name of names.toSorted()) {
    const file = pageFile(name, languages);
    const fault = typeof file === "string" ? file : conflict(file, files);
    if (fault !== undefined) violations.push(`${join(folder, name)} ${fault}`);
    else if (typeof file !== "string") files.push(file);
  }
  return { files: files.toSorted((a, b) => a.place - b.place || (a.slug < b.slug ? -1 : 1)), violations };
}

/** @returns a fault, if it is a text */
function pageFile(file: string, languages: Languages): PageFile | string {
  const [, place, slug, tag = "en"] = FILE_NAME.exec(file) ?? [];
  if (slug === undefined)
    return "has no name of a page: lower-case letters, digits and hyphens, such as 20-rate-limits.md";
  if (!languages.tags.some((known) => known.toLowerCase() === tag.toLowerCase())) {
    return `is in a language that the pages do not have: ${languages.tags.join(", ")}, or one that \`messages\` adds`;
  }
  return { file, slug, place: Number(place ?? Infinity), language: languages.choose(tag, null) };
}

/** The names below `/docs` that the portal has itself. */
const TAKEN = new Set([
  ...PORTAL_PAGES.map(({ slug }) => slug),
  ...Object.values(PATHS).map((path) => path.replace(`${PATHS.docs}/`, "")),
]);

function conflict({ slug, language }: PageFile, others: readonly PageFile[]): string | undefined {
  if (TAKEN.has(slug)) return `has the name of a page that Regrant has: /docs/${slug}. Choose another name`;
  const same = others.find((other) => other.slug === slug && other.language === language);
  return (
    same && `is the page /docs/${slug} in ${language.tag}, as ${same.file} is. Remove or rename one of them`
  );
}

/** What a link outside of the folder names is not meant to be published: its authors need not be the service's operators. */
function readText(path: string, folder: string): string | { fault: string } {
  try {
    if (!realpathSync(path).startsWith(realpathSync(folder) + sep))
      return { fault: "is a link to a file outside of the folder: copy the file" };
    const stats = statSync(path);
    if (!stats.isFile()) return { fault: "is not a file" };
    if (stats.size > MAX_FILE) return { fault: "is larger than 64 KiB: split it" };
    return new TextDecoder("utf-8", { fatal: true }).decode(readFileSync(path));
  } catch (error) {
    if (error instanceof TypeError) return { fault: "is not UTF-8: save it as UTF-8" };
    return { fault: `cannot be read (${codeOf(error)})` };
  }
}

function codeOf(error: unknown): string {
  return error instanceof Error && "code" in error ? String(error.code) : "unknown error";
}

/** `{issuer}` and `{token_endpoint}` stand for the URLs of this instance. */
function filledIn(text: string, issuer: string): string {
  return text.replaceAll("{issuer}", issuer).replaceAll("{token_endpoint}", issuer + PATHS.token);
}

/** Pages may be linked by their files, as they work in an editor, and with the names of Regrant's own. */
function pageNames(files: readonly PageFile[], issuer: string): PageFiles {
  const slugs = new Map([
    ...PORTAL_PAGES.map(({ slug }) => [`${slug}.md`, slug] as const),
    ...files.map(({ file, slug }) => [file, slug] as const),
  ]);
  const docs = issuer + PATHS.docs;
  const { pathname } = new URL(docs);
  return {
    pathOf: (file) => (slugs.has(file) ? `${pathname}/${slugs.get(file)}` : undefined),
    urlOf: (file) => (slugs.has(file) ? `${docs}/${slugs.get(file)}.md` : undefined),
  };
}

/** A page in the reader's language, else in English, else in the first that it has. */
function ownPage(slug: string, texts: ReadonlyMap<Language, OwnText>): OwnPage {
  const byTag = new Map(
    [...texts].map(([language, { document }]) => [language.tag, { ...document, language }]),
  );
  const [first] = byTag.values();
  return {
    slug,
    documentFor({ tag }) {
      const found = byTag.get(tag) ?? byTag.get(tag.split("-")[0] ?? tag) ?? byTag.get("en") ?? first;
      if (found === undefined) throw new Error("a page has no text");
      return found;
    },
  };
}
