import { CAUSE_GROUPS } from "../packages/server/src/errors/causes.ts";
import { STATUS } from "../packages/server/src/errors/codes.ts";
import type { CauseSpec } from "../packages/server/src/errors/codes.ts";
import { markdownTable } from "./markdown.ts";

/** The reference of errors, as Markdown: a table for each group of causes. */
export function renderErrors(): string {
  const tables = Object.entries(CAUSE_GROUPS).map(
    ([heading, causes]) => `## ${heading}\n\n${renderCauses(causes)}`,
  );
  return [INTRODUCTION, ...tables].join("\n\n");
}

const INTRODUCTION = `# Errors

<!-- Made from packages/server/src/errors/causes/ by \`npm run docs\`. Change it there. -->

An error response is JSON with \`error\` and \`error_description\` (RFC 6749 section 5.2). Where a refresh token is refused,
\`error_reason\` says why, for programs: \`expired\`, \`revoked\`, \`reused\` or \`invalid\`. The texts never quote what was sent,
and some causes share one text on purpose, so that a response does not tell which client ids, user names or tokens exist.

The **cause** is for operators. It is the field \`cause\` of the log line "refused" (or "failed", from status 500 on) and the
label \`outcome\` of the metric \`regrant_requests_total\`; it is never sent. The log line may add \`parameter\`, the parameter at
fault, and \`detail\`. In the texts below, \`{parameter}\` and \`{violation}\` stand for fixed words.
With Passport's wire format, the token endpoint sends Passport's own texts for the causes that Passport knows.`;

function renderCauses(causes: Record<string, CauseSpec>): string {
  const rows = Object.entries(causes).map(([cause, spec]) => [
    code(cause),
    String(spec.status ?? STATUS[spec.code]),
    code(spec.code),
    spec.reason === undefined ? "" : code(spec.reason),
    spec.description,
    spec.meaning,
  ]);
  return markdownTable(["Cause", "Status", "`error`", "`error_reason`", "Public text", "Meaning"], rows);
}

function code(text: string): string {
  return `\`${text}\``;
}
