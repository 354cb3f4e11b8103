/** A link or an image of a Markdown page, as it stands there. */
export interface Link {
  target: string;
  /** From 1. */
  line: number;
}

/** Text of a page without its code: fenced blocks and code spans become blanks, so that lines keep their numbers. */
function withoutCode(page: string): string {
  const blank = (text: string) => text.replaceAll(/[^\n]/g, " ");
  return page
    .replaceAll(/^( *)(```+|~~~+)[^\n]*\n.*?^ *\2 *$/gms, blank)
    .replaceAll(/<!--.*?-->/gs, blank)
    .replaceAll(/(?<!`)(`+)(?!`)(?:(?!\n\n).)*?(?<!`)\1(?!`)/gs, blank);
}

/** What Markdown and the HTML in it lead to: inline links, images, reference definitions, `href`, `src`, `srcset`. */
const LINK =
  /\]\(\s*<?([^)\s>]*)|^ {0,3}\[[^\]^][^\]]*\]:\s+<?([^\s>]+)|\b(?:href|src)="([^"]*)"|\bsrcset="([^"]*)"|<(https?:[^\s>]+)>/gm;

/** The links and images of a page, in their order. */
export function linksOf(page: string): Link[] {
  const text = withoutCode(page);
  return [...text.matchAll(LINK)].flatMap(({ index, 0: whole, ...found }) => {
    const line = text.slice(0, index + whole.length).split("\n").length;
    const set = found[4]?.split(",").map((candidate) => candidate.trim().split(/\s+/)[0] ?? "");
    const targets = set ?? [found[1] ?? found[2] ?? found[3] ?? found[5] ?? ""];
    return targets.map((target) => ({ target, line }));
  });
}

/** The anchors of a page: its headings as GitHub makes them, repeated ones numbered, and the ids in its HTML. */
export function anchorsOf(page: string): Set<string> {
  const text = page.replaceAll(/^( *)(```+|~~~+)[^\n]*\n.*?^ *\2 *$/gms, "");
  const counts = new Map<string, number>();
  const headings = [...text.matchAll(/^#{1,6} (.+)$/gm)].map(([, heading = ""]) => {
    const anchor = slug(heading);
    const count = counts.get(anchor) ?? 0;
    counts.set(anchor, count + 1);
    return count === 0 ? anchor : `${anchor}-${count}`;
  });
  const ids = [...text.matchAll(/\b(?:id|name)="([^"]+)"/g)].map(([, id = ""]) => id);
  return new Set([...headings, ...ids]);
}

function slug(heading: string): string {
  return heading
    .replaceAll(/!?\[([^\]]*)\]\([^)]*\)/g, "$1")
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}_\- ]/gu, "")
    .replaceAll(" ", "-");
}

/**
 * What is wrong with a link to the web, from its shape alone.
 *
 * @returns undefined: nothing
 */
export function webLinkFault(target: string): string | undefined {
  if (!URL.canParse(target)) return "no URL";
  const { protocol, hostname, username, href } = new URL(target);
  if (protocol === "mailto:") return undefined;
  // What the reader's own `npm start` serves.
  if (protocol === "http:" && hostname === "127.0.0.1") return undefined;
  if (protocol !== "https:") return "not https";
  if (username !== "" || !hostname.includes(".")) return "no public host";
  if (/(?:^|\.)(?:example|invalid|test|localhost)(?:\.(?:com|org|net))?$/.test(hostname)) return "an example";
  if (/[.,;:]$|%20|\s/.test(href)) return "ends or breaks as text does";
  return undefined;
}
