import { shellQuote, valueOptions } from "./tree.ts";
import type { CompletedCommand, Values } from "./tree.ts";

/** The completion of zsh. */
export function zshCompletion(commands: readonly CompletedCommand[]): string {
  const paths = commands.filter(({ path }) => path !== "").map(({ path }) => JSON.stringify(path));
  const options = commands.flatMap(({ path, options }) =>
    options.flatMap(({ names, values }) =>
      values === undefined || values === "nothing"
        ? []
        : [
            `  ${names.map((name) => JSON.stringify(`${path} ${name}`)).join("|")}) ${offer(values)}; return ;;`,
          ],
    ),
  );
  const words = commands.map(({ path, subcommands, options, argument }) => {
    const flags = options.flatMap(({ names, description }) => {
      return names.filter((name) => name.startsWith("--")).map((name) => described(name, description));
    });
    const names = subcommands.map(({ name, description }) => described(name, description));
    return `  ${JSON.stringify(path)})
    flags=(${flags.join(" ")})
    names=(${names.join(" ")})
    [[ $cur == -* ]] && _describe -o option flags && return
    (( $#names )) && _describe command names && return
    ${offer(argument)} ;;`;
  });
  return `#compdef regrant
# Completes regrant in zsh. Made by: npx regrant completion zsh
_regrant() {
  local cur=\${words[CURRENT]} prev=\${words[CURRENT-1]} at="" skip="" word
  local -a flags names
  for word in "\${(@)words[2,CURRENT-1]}"; do
    if [[ -n $skip ]]; then skip=""; continue; fi
    case "$word" in
    --) _normal; return ;;
    ${valueOptions(commands).join("|")}) skip=1 ;;
    -*) ;;
    *)
      case "\${at:+$at }$word" in
      ${paths.join("|")}) at="\${at:+$at }$word" ;;
      esac ;;
    esac
  done
  if [[ $cur == --*=* ]]; then prev=\${cur%%=*}; compset -P '*='; skip=1; fi
  case "$at $prev" in
${options.join("\n")}
  esac
  [[ -n $skip ]] && return
  case "$at" in
${words.join("\n")}
  esac
}
if [[ $funcstack[1] == _regrant ]]; then _regrant "$@"; else compdef _regrant regrant; fi
`;
}

/** A word with its description, as `_describe` reads it. */
function described(word: string, description: string): string {
  return shellQuote(`${word.replaceAll(":", "\\:")}:${description}`);
}

function offer(values: Values): string {
  if (values === "files") return "_files";
  return values === "nothing" ? ":" : `compadd -- ${values.join(" ")}`;
}
