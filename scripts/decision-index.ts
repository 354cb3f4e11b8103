import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { markdownTable } from "./markdown.ts";

const RECORDS = join(import.meta.dirname, "..", "docs", "decisions");

/** The index of the decision records, as Markdown: number, decision and status, read from the head of each. */
export function renderDecisionIndex(): string {
  const rows = globSync("[0-9]*.md", { cwd: RECORDS }).toSorted().map(rowOf);
  return `${INTRODUCTION}\n\n${markdownTable(["Record", "Decision", "Status"], rows)}`;
}

/** @throws Error if the record does not begin with `# NUMBER. DECISION` and `Status: …` */
function rowOf(file: string): string[] {
  const record = readFileSync(join(RECORDS, file), "utf8");
  const [, number, decision, status] = /^# (\d+)\. (.+)\n\nStatus: (.+)\n/.exec(record) ?? [];
  if (number === undefined || decision === undefined || status === undefined) {
    throw new Error(`docs/decisions/${file} must begin with "# NUMBER. DECISION" and "Status: accepted"`);
  }
  return [`[${number}](${file})`, decision, status];
}

const INTRODUCTION = `# Decision records

<!-- Made from the heads of the records by \`npm run docs\`. -->

Each record states the context, the options, the decision and its consequences. A later decision does not rewrite an
earlier record: the earlier one then says in its status which record supersedes or amends it.

Numbers have holes because they were reserved by subject: 1 to 19 for the service and its stores, 20 to 29 for the client
and its command line, 30 to 39 for sign-in, registration and resource servers, 40 to 50 for migration, packaging and
the structure of the code; from 51 on they are in the order of the decisions.`;
