import type { z } from "zod";
import { EVENT_TYPES } from "../packages/server/src/events/event.ts";
import type { EventTypeDefinition } from "../packages/server/src/events/members.ts";
import { markdownTable } from "./markdown.ts";

/** The reference of events, as Markdown: each type with its payload. */
export function renderEvents(): string {
  const types = Object.entries<EventTypeDefinition>(EVENT_TYPES);
  const groups = Map.groupBy(types, ([type]) => type.slice(0, type.indexOf(".")));
  const sections = [...groups].map(
    ([group, members]) => `## ${group}\n\n${members.map(renderType).join("\n\n")}`,
  );
  return [INTRODUCTION, ...sections].join("\n\n");
}

const INTRODUCTION = `# Events

<!-- Made from packages/server/src/events/ by \`npm run docs\`. Change it there. -->

An event is an audit row, written in the transaction of what it tells of. After the commit it is also a log line, whose
level is the event's, and a count in the metric \`regrant_events_total{type}\`. \`regrant events --json\` prints events as
JSON, one a line:

\`\`\`json
{
  "id": 42,
  "at": "2026-01-01T12:00:00.000Z",
  "type": "grant.revoked",
  "client_id": "0197…",
  "subject": "0197…",
  "grant_id": "0197…",
  "address": "203.0.113.7",
  "user_agent": "PHP/8.2",
  "request_id": "4b9c9c2e6f574e0e9a592f6f1b6f0a11",
  "data": { "reason": "revoked_by_operator", "actor": "cli:root", "generation": 7 }
}
\`\`\`

\`id\` grows with every event of one database. \`client_id\`, \`subject\` and \`grant_id\` are there where the type says so.
\`address\`, \`user_agent\` and \`request_id\` are those of the request that asked for it; commands, the sweep and an
embedding program's calls have none. Address and user agent are removed after \`addressRetention\`.
\`data\` is the payload: its members are listed below. Readers must skip types and members that they do not know, and do
without members that an earlier version did not write. A successful refresh is counted in the metrics and is not an
event.`;

function renderType([type, { severity, raised, about, data }]: [string, EventTypeDefinition]): string {
  const level = severity === "warning" ? " Level: warning." : "";
  const columns = about.length === 0 ? "" : ` With ${about.map(code).join(", ")}.`;
  const members = Object.entries(data.shape);
  return [`### \`${type}\`\n\n${raised}${level}${columns}`, ...table(members)].join("\n\n");
}

function table(members: readonly [string, z.ZodType][]): string[] {
  if (members.length === 0) return [];
  const rows = members.map(([name, member]) => {
    const optional = member.safeParse(undefined).success ? ", optional" : "";
    return [code(name), typeOf(member) + optional, member.description ?? ""];
  });
  return [markdownTable(["Member", "Type", "Meaning"], rows)];
}

/** The JSON type, or the values, of a member. */
function typeOf(member: z.ZodType): string {
  const { def } = member as z.ZodType & { def: { type: string; innerType?: z.ZodType } };
  if (def.type === "nullable") return `${typeOf(def.innerType as z.ZodType)} or null`;
  if (def.innerType !== undefined) return typeOf(def.innerType);
  if (def.type === "enum")
    return (member as z.ZodEnum).options.map((value) => code(String(value))).join(", ");
  if (def.type === "array") return "array of strings";
  return def.type;
}

function code(text: string): string {
  return `\`${text}\``;
}
