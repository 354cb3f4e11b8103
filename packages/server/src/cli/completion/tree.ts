import type { Argument, Command, Option } from "commander";

/** What a shell offers for a value: words, names of files, or nothing. */
export type Values = readonly string[] | "files" | "nothing";

/** An option as a shell completes it. */
export interface CompletedOption {
  /** With its dashes. */
  names: readonly string[];
  description: string;
  /** Undefined: it takes no value. */
  values: Values | undefined;
}

/** A command as a shell completes it. */
export interface CompletedCommand {
  /** Its names below the program, such as `client create`; empty: the program. */
  path: string;
  description: string;
  /** Their names and descriptions. */
  subcommands: readonly { name: string; description: string }[];
  options: readonly CompletedOption[];
  argument: Values;
}

const suggestions = new WeakMap<Option, readonly string[]>();

/** Gives an option words that a shell offers, where others are accepted too or help need not list them. */
export function suggest(option: Option, values: readonly string[]): Option {
  suggestions.set(option, values);
  return option;
}

/** All commands of a program, with what a shell offers for each. */
export function completedCommands(program: Command): CompletedCommand[] {
  const globals = program.options.filter(({ long }) => long !== "--version");
  const collect = (command: Command, path: readonly string[]): CompletedCommand[] => {
    const isProgram = path.length === 0;
    const shared = isProgram || command.configureHelp().showGlobalOptions === false ? [] : globals;
    return [
      {
        path: path.join(" "),
        description: firstLine(command.description()),
        subcommands: command.commands.map((each) => {
          return { name: each.name(), description: firstLine(each.description()) };
        }),
        options: [...command.options.map(completedOption), ...shared.map(completedOption), HELP],
        argument: valuesOf(command.registeredArguments[0]),
      },
      ...command.commands.flatMap((each) => collect(each, [...path, each.name()])),
    ];
  };
  return collect(program, []);
}

const HELP: CompletedOption = { names: ["--help"], description: "show help", values: undefined };

function completedOption(option: Option): CompletedOption {
  const names = [option.short, option.long].filter((name) => name !== undefined && name !== null);
  const takesValue = option.required || option.optional;
  const description = firstLine(option.description);
  if (!takesValue) return { names, description, values: undefined };
  const values = option.argChoices ?? suggestions.get(option);
  const placeholder = /<([a-z-]+)>/.exec(option.flags)?.[1] ?? "";
  return { names, description, values: values ?? (isFile(placeholder) ? "files" : "nothing") };
}

function valuesOf(argument: Argument | undefined): Values {
  if (argument === undefined) return "nothing";
  return argument.argChoices ?? (isFile(argument.name()) ? "files" : "nothing");
}

function isFile(placeholder: string): boolean {
  return placeholder === "file" || placeholder === "command";
}

function firstLine(text: string): string {
  return text.split("\n", 1)[0] ?? "";
}

/** The options that take a value, anywhere: the word after one is no command. */
export function valueOptions(commands: readonly CompletedCommand[]): string[] {
  const names = commands.flatMap(({ options }) =>
    options.flatMap(({ names, values }) => (values === undefined ? [] : names)),
  );
  return [...new Set(names)];
}

/** Quotes a text for a POSIX shell. */
export function shellQuote(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
