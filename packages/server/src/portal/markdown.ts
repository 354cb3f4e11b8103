import { code } from "./document.ts";
import type { Block, ExampleCode, PortalDocument } from "./document.ts";

/** What surrounds a document in Markdown. */
export interface MarkdownView {
  /** The URL of the page in HTML. */
  url: string;
  /** The URL of a page of the portal in Markdown. */
  urlOf: (slug: string) => string;
  /** The only language of the examples; undefined: all of them. */
  exampleLanguage: string | undefined;
}

/** Renders a document of the portal as Markdown (GitHub Flavored Markdown 0.29). */
export function documentMarkdown(
  { title, lead, blocks, sections }: PortalDocument,
  view: MarkdownView,
): string {
  const parts = [
    `# ${prose(title)}`,
    prose(lead),
    `<${view.url}>`,
    ...blocks.map((block) => blockMarkdown(block, view)),
    ...sections.flatMap((section) => [
      `## ${prose(section.title)}`,
      ...section.blocks.map((block) => blockMarkdown(block, view)),
    ]),
  ];
  return `${parts.filter((part) => part !== "").join("\n\n")}\n`;
}

function blockMarkdown(block: Block, view: MarkdownView): string {
  switch (block.kind) {
    case "text":
      return prose(block.text);
    case "list":
      return block.items.map((item) => `- ${prose(item)}`).join("\n");
    case "table":
      return tableMarkdown(block.columns, block.rows);
    case "code":
      return fenced(block.language, block.code);
    case "examples":
      return examplesMarkdown(block.examples, view.exampleLanguage);
    case "markdown":
      return block.source;
    case "form":
      return "";
    case "status":
      return [`**${prose(block.text)}**`, ...block.codes.map(code)].join(" ");
    case "steps":
      return block.steps.map((step, i) => `${i + 1}. ${prose(step)}`).join("\n");
    default:
      return block.links.map((link) => linkLine(view.urlOf(link.slug), link.title, link.text)).join("\n");
  }
}

/** An item of a list of links, with what is behind it: `- [title](url): text`. */
export function linkLine(url: string, title: string, text: string): string {
  return `- [${prose(title)}](${url})${text === "" ? "" : `: ${prose(text)}`}`;
}

/** §4.10: a cell is one line, and `|` is escaped in it, in code too. */
function tableMarkdown(columns: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => {
    const texts = cells.map((cell) =>
      prose(cell)
        .replaceAll("|", String.raw`\|`)
        .replaceAll("\n", " "),
    );
    return `| ${texts.join(" | ")} |`;
  };
  return [line(columns), line(columns.map(() => "---")), ...rows.map(line)].join("\n");
}

/** Each example, and how it is run. Where none is in the only language, the first one stands for it, as in HTML. */
function examplesMarkdown(examples: readonly ExampleCode[], only: string | undefined): string {
  const chosen = examples.filter(({ language }) => only === undefined || language === only);
  return (chosen.length === 0 ? examples.slice(0, 1) : chosen)
    .map(
      ({ language, label, code, note }) =>
        `### ${prose(label)}\n\n${fenced(language, code)}\n\n${prose(note)}`,
    )
    .join("\n\n");
}

/** §4.5: the fence is longer than any in the code. */
function fenced(language: string, code: string): string {
  const runs = code.match(/`{3,}/g) ?? [];
  const fence = "`".repeat(Math.max(3, ...runs.map(({ length }) => length + 1)));
  return `${fence}${language}\n${code}\n${fence}`;
}

/** What begins an emphasis, a link or HTML inside a line. */
const MARKUP = /[\\*_<[]/g;

/** Text whose backticks mark code; everything else in it is escaped. */
export function prose(text: string): string {
  const parts = text.split("`");
  return parts
    .map((part, i) => (i % 2 === 0 ? part.replaceAll(MARKUP, String.raw`\$&`) : `\`${part}\``))
    .join("");
}
