import { runInNewContext } from "node:vm";
import { Marked } from "marked";
import type { Token, Tokens } from "marked";
import type { Html } from "../pages/isolate.ts";
import { anchorOf, languageOf, markdownHtml, plainText } from "../pages/markdown.ts";
import type { MarkdownRendering } from "../pages/markdown.ts";
import { FRAME_IDS } from "../pages/portal.ts";
import type { Block, PortalDocument, Section } from "./document.ts";
import { frontMatter } from "./front-matter.ts";

/** The pages as Markdown links them: by the names of their files. */
export interface PageFiles {
  /** The path of a page in HTML. */
  pathOf: (file: string) => string | undefined;
  /** The URL of a page in Markdown. */
  urlOf: (file: string) => string | undefined;
}

/** A provider's own page in one language. */
export interface OwnText {
  document: PortalDocument;
  /** What is not shown as it was meant, in sentences. */
  notes: readonly string[];
}

/** Longest time for a page to be parsed, ms. Some Markdown takes more than linear time; a page takes a few ms. */
const PARSE_TIME = 2000;
/** Largest page in HTML, characters. */
const MAX_HTML = 1024 * 1024;

/** A block before it is a string. */
type Rendered = Block | { source: string; html: Html };

interface Parsed {
  title: string;
  blocks: Rendered[];
  sections: { id: string; title: string; blocks: Rendered[] }[];
}

/** Reads a page that a provider wrote. A fault is a predicate of its file: "has no title: …". */
export async function readOwnPage(text: string, files: PageFiles): Promise<OwnText | { fault: string }> {
  const front = frontMatter(text);
  if ("fault" in front) return front;
  const rendering: MarkdownRendering = {
    pathOf: files.pathOf,
    anchors: new Set(FRAME_IDS),
    images: new Set(),
    notes: new Set(),
  };
  const parsed = inTime(() => parse(front.title, new Marked().lexer(front.body), rendering));
  if ("fault" in parsed) return parsed;
  const blocksOf = (blocks: readonly Rendered[]) =>
    Promise.all(blocks.map((block) => finished(block, files)));
  const { title, blocks, sections } = parsed;
  const document: PortalDocument = {
    title,
    lead: front.description,
    blocks: await blocksOf(blocks),
    sections: await Promise.all(
      sections.map(async (section): Promise<Section> => ({
        ...section,
        blocks: await blocksOf(section.blocks),
      })),
    ),
    images: [...rendering.images],
  };
  if (htmlLength(document) > MAX_HTML) return { fault: "is larger than 1 MiB in HTML: split it" };
  return { document, notes: [...rendering.notes] };
}

/** Runs synchronous work that cannot be trusted to end soon, or not to nest too deeply. */
function inTime<Value extends object>(job: () => Value): Value | { fault: string } {
  try {
    return runInNewContext("job()", { job }, { timeout: PARSE_TIME }) as Value;
  } catch (error) {
    if (error instanceof RangeError) return { fault: "is nested too deeply" };
    // The time-out is an error of the other context.
    if ((error as { code?: unknown } | null)?.code === "ERR_SCRIPT_EXECUTION_TIMEOUT") {
      return { fault: `takes more than ${PARSE_TIME} ms to parse: simplify its emphasis, links and lists` };
    }
    throw error;
  }
}

/** The title is that of the front matter, else the heading that the text begins with; other headings begin sections. */
function parse(
  named: string | undefined,
  tokens: Token[],
  rendering: MarkdownRendering,
): Parsed | { fault: string } {
  const first = tokens.find(({ type }) => type !== "space" && type !== "def");
  const heading = isHeading(first) && first.depth === 1 ? first : undefined;
  const title = named ?? (heading === undefined ? "" : plainText(heading.tokens).trim());
  if (title === "") return { fault: 'has no title: begin it with a line such as "# Rate limits"' };
  const parsed: Parsed = { title, blocks: [], sections: [] };
  let run: Token[] = [];
  let blocks = parsed.blocks;
  const endRun = () => {
    if (run.length > 0) blocks.push({ source: rawOf(run), html: markdownHtml(run, rendering) });
    run = [];
  };
  for (const token of tokens) {
    if (token.type === "space" || token === heading) continue;
    if (isHeading(token) && token.depth <= 2) {
      endRun();
      const text = plainText(token.tokens);
      blocks = [];
      parsed.sections.push({ id: anchorOf(text, rendering.anchors), title: text, blocks });
    } else if (isCode(token)) {
      endRun();
      blocks.push({ kind: "code", language: languageOf(token.lang), code: token.text });
    } else {
      run.push(token);
    }
  }
  endRun();
  return parsed;
}

function isHeading(token: Token | undefined): token is Tokens.Heading {
  return token?.type === "heading";
}

function isCode(token: Token): token is Tokens.Code {
  return token.type === "code";
}

/** Blocks as they were written, with an empty line between them. */
function rawOf(tokens: readonly Token[]): string {
  return tokens.map(({ raw }) => raw.trim()).join("\n\n");
}

async function finished(block: Rendered, files: PageFiles): Promise<Block> {
  if ("kind" in block) return block;
  return { kind: "markdown", source: withUrls(block.source, files), html: String(await block.html) };
}

/** Where Markdown names the target of a link: after `](` or `]: `. */
const FILE_LINK = /(\]\(|\]: )(?:\.\/)?([\w.-]+\.md)(?=[)#\s]|$)/g;

/** Links to files become links to the pages' Markdown, since the text is also read elsewhere. */
function withUrls(source: string, { urlOf }: PageFiles): string {
  return source.replaceAll(FILE_LINK, (link, before: string, file: string) => {
    const url = urlOf(file);
    return url === undefined ? link : before + url;
  });
}

function htmlLength({ blocks, sections }: PortalDocument): number {
  return [...blocks, ...sections.flatMap((section) => section.blocks)].reduce(
    (sum, block) => sum + (block.kind === "markdown" ? block.html.length : 0),
    0,
  );
}
