import { valueOptions } from "./tree.ts";
import type { CompletedCommand, Values } from "./tree.ts";

/** The completion of bash, 3.2 (macOS) and later. */
export function bashCompletion(commands: readonly CompletedCommand[]): string {
  const paths = commands.filter(({ path }) => path !== "").map(({ path }) => JSON.stringify(path));
  const options = commands.flatMap(({ path, options }) =>
    options.flatMap(({ names, values }) =>
      values === undefined || values === "nothing"
        ? []
        : [`    ${names.map((name) => JSON.stringify(`${path} ${name}`)).join("|")}) ${offer(values)} ;;`],
    ),
  );
  const words = commands.map(({ path, subcommands, options, argument }) => {
    const flags = options.flatMap(({ names }) => names.filter((name) => name.startsWith("--")));
    const names = subcommands.map(({ name }) => name);
    return `    ${JSON.stringify(path)}) [[ $cur == -* ]] && offered="${flags.join(" ")}" || ${offer(argument, names)} ;;`;
  });
  return `# Completes regrant in bash. Made by: npx regrant completion bash
_regrant() {
  local cur=\${COMP_WORDS[COMP_CWORD]} prev=\${COMP_WORDS[COMP_CWORD-1]} path="" offered="" skip="" word i
  # Readline takes = as a word: --rotation = always.
  if [[ $cur == "=" ]]; then cur=""; elif [[ $prev == "=" ]]; then prev=\${COMP_WORDS[COMP_CWORD-2]}; fi
  for ((i = 1; i < COMP_CWORD; i++)); do
    word=\${COMP_WORDS[i]}
    if [[ $word == "=" ]]; then skip=1; continue; fi
    if [[ -n $skip ]]; then skip=""; continue; fi
    case "$word" in
    --) COMPREPLY=($(compgen -c -f -- "$cur")); return ;;
    ${valueOptions(commands).join("|")}) [[ \${COMP_WORDS[i+1]} == "=" ]] || skip=1 ;;
    -*) ;;
    *)
      case "\${path:+$path }$word" in
      ${paths.join("|")}) path="\${path:+$path }$word" ;;
      esac ;;
    esac
  done
  case "$path $prev" in
${options.join("\n")}
    *)
    [[ -n $skip ]] && return
    case "$path" in
${words.join("\n")}
    esac ;;
  esac
  if [[ $offered == "<files>" ]]; then
    compopt -o filenames 2>/dev/null
    COMPREPLY=($(IFS=$'\\n'; compgen -f -- "$cur"))
  else
    COMPREPLY=($(compgen -W "$offered" -- "$cur"))
  fi
}
complete -F _regrant regrant
`;
}

function offer(values: Values, more: readonly string[] = []): string {
  if (values === "files") return 'offered="<files>"';
  return `offered="${[...more, ...(values === "nothing" ? [] : values)].join(" ")}"`;
}
