import type { Language } from "../../pages/language.ts";
import type { MessageKey } from "../../pages/messages/en.ts";
import { section, text } from "../document.ts";
import type { Block, Section } from "../document.ts";
import type { Example } from "./example.ts";

/**
 * One program in several languages, each with how it is run.
 *
 * @param name of the program: `refresh`
 * @param write the program in one language; undefined: it has none
 */
export function programs(
  { t }: Language,
  examples: readonly Example[],
  name: string,
  write: (example: Example) => string | undefined,
): Block {
  return {
    kind: "examples",
    examples: examples.flatMap((example) => {
      const code = write(example);
      if (code === undefined) return [];
      return [{ language: example.language, label: example.label, code, note: howToRun(t, example, name) }];
    }),
  };
}

/** How a program is run, in a sentence. */
export function howToRun(t: Language["t"], { run }: Example, name: string): string {
  if (run === undefined) return t("docs.runInPage");
  const { file, install, command } = run(name);
  return install === undefined
    ? t("docs.run", { file, command })
    : t("docs.runInstalled", { file, install, command });
}

/**
 * The section of an endpoint's examples.
 *
 * @param note what the programs need
 * @param variable one of the names in their environment: how it is set
 */
export function exampleSection(
  { t }: Language,
  note: MessageKey,
  variable: string,
  examples: Block,
): Section {
  const setting = text(t("docs.environment", { name: variable }));
  return section("example", t("docs.example"), text(t(note)), setting, examples);
}
