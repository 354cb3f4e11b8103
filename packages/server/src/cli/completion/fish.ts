import { valueOptions } from "./tree.ts";
import type { CompletedCommand, CompletedOption, Values } from "./tree.ts";

/** The completion of fish. */
export function fishCompletion(commands: readonly CompletedCommand[]): string {
  const paths = commands.filter(({ path }) => path !== "").map(({ path }) => quote(path));
  const lines = commands.flatMap(({ path, subcommands, options, argument }) => [
    ...subcommands.map(({ name, description }) => line(path, `-a ${quote(name)} -d ${quote(description)}`)),
    ...options.map((option) => line(path, optionText(option))),
    ...(argument === "nothing" ? [] : [line(path, offer(argument))]),
  ]);
  return `# Completes regrant in fish. Made by: npx regrant completion fish
function __regrant_at
    set -l at ""
    set -l skip 0
    for word in (commandline -opc)[2..-1]
        if test $skip = 1
            set skip 0
        else if contains -- $word ${valueOptions(commands).join(" ")}
            set skip 1
        else if not string match -q -- '-*' $word
            set -l deeper (string trim "$at $word")
            contains -- "$deeper" ${paths.join(" ")}
            and set at $deeper
        end
    end
    test "$at" = "$argv[1]"
end
complete -c regrant -f
${lines.join("\n")}
`;
}

function line(path: string, what: string): string {
  return `complete -c regrant -n ${quote(`__regrant_at ${quote(path)}`)} ${what}`;
}

function optionText({ names, description, values }: CompletedOption): string {
  const flags = names.map((name) => (name.startsWith("--") ? `-l ${name.slice(2)}` : `-s ${name.slice(1)}`));
  const value = values === undefined ? "" : values === "files" ? " -r -F" : ` -x ${offer(values)}`;
  return `${flags.join(" ")}${value.trimEnd()} -d ${quote(description)}`;
}

function offer(values: Values): string {
  if (values === "files") return "-F";
  return values === "nothing" ? "" : `-a ${quote(values.join(" "))}`;
}

/** In fish's single quotes, a backslash and a quote are escaped. */
function quote(text: string): string {
  return `'${text.replaceAll("\\", "\\\\").replaceAll("'", "\\'")}'`;
}
