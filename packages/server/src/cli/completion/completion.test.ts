import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { before, describe, test } from "node:test";
import { promisify } from "node:util";
import { needShell } from "../../../../../test/need.ts";
import type { Program } from "../../../../../test/need.ts";
import { createProgram } from "../commands.ts";
import { CommandLine } from "../testing.ts";
import { completedCommands } from "./tree.ts";

const run = promisify(execFile);
const regrant = new CommandLine();
const shells = { bash: await needShell("bash"), zsh: await needShell("zsh"), fish: await needShell("fish") };

/** What is typed before the tab, and words that are offered for it. */
const CASES: readonly [typed: string, offered: readonly string[]][] = [
  ["regrant cli", ["client"]],
  ["regrant grant ", ["issue", "list", "explain", "show", "extend", "revoke"]],
  ["regrant client create --rot", ["--rotation", "--rotation-threshold"]],
  ["regrant client create --rotation ", ["always", "never", "threshold"]],
  ["regrant client create --public --grant-type dev", ["device_code"]],
  ["regrant --config client keys ro", ["rotate"]],
  ["regrant events --type key.", ["key.created", "key.distrusted"]],
  ["regrant login --client-auth ", ["basic", "none", "post"]],
  ["regrant keys import a-", ["a-key.pem"]],
  ["regrant restore --replay a-", ["a-key.pem"]],
  ["regrant completion ", ["bash", "fish", "zsh"]],
];

before(() => writeFileSync(join(regrant.folder, "a-key.pem"), ""));

for (const shell of ["bash", "zsh", "fish"] as const) {
  describe(`in ${shell}`, { skip: shells[shell].missing }, () => {
    const file = join(regrant.folder, `completion.${shell}`);
    before(async () => {
      const { code, stdout, stderr } = await regrant.run(["completion", shell]);
      assert.deepEqual([code, stderr], [0, ""]);
      writeFileSync(file, stdout);
    });

    test("commands, options, their values and names of files are offered", async () => {
      const offered = await OFFERS[shell](
        shells[shell],
        file,
        CASES.map(([typed]) => typed),
      );
      for (const [i, [typed, wanted]] of CASES.entries()) {
        const missing = wanted.filter((word) => !offered[i]?.includes(word));
        assert.deepEqual(missing, [], `${typed}: ${offered[i]?.join(" ")}`);
      }
    });

    test("nothing is offered for a value that is free", async () => {
      const typed = ["regrant client create --name ", "regrant grant list --limit "];
      const offered = await OFFERS[shell](shells[shell], file, typed);
      assert.deepEqual(offered, [[], []]);
    });
  });
}

/** What a shell offers at the end of each line that is typed. */
const OFFERS: Record<
  "bash" | "zsh" | "fish",
  (shell: Program, file: string, typed: string[]) => Promise<string[][]>
> = {
  async bash({ path }, file, typed) {
    const script = `source ${file}
while IFS= read -r typed; do
  read -ra COMP_WORDS <<<"$typed"; [[ $typed == *" " ]] && COMP_WORDS+=("")
  COMP_CWORD=$(( \${#COMP_WORDS[@]} - 1 )); COMPREPLY=(); _regrant; echo "\${COMPREPLY[*]}"
done <<<"$TYPED"`;
    return linesOf(await inShell(path, ["--norc", "-c", script], typed));
  },
  /** Its completion runs in a terminal only: what would be offered is taken where it is added. */
  async zsh({ path }, file, typed) {
    const script = `fpath=(${regrant.folder} $fpath)
autoload -Uz compinit; compinit -D -u
compadd() { local -a given; given=("\${(@)argv}"); while (( $#given )) && [[ $given[1] != -- ]]; do shift given; done
  (( $#given )) && shift given; offered+=("\${(@M)given:#$cur*}") }
_describe() { local name=$argv[-1]; offered+=("\${(@)\${(@M)\${(@P)name}:#$cur*}%%:*}") ; (( 1 )) }
_files() { offered+=(\${(f)"$(print -rl -- $cur*(N))"}) }
source ${file}
while IFS= read -r typed; do
  words=(\${(z)typed}); [[ $typed == *" " ]] && words+=(""); CURRENT=$#words; offered=(); _regrant; print -r -- $offered
done <<<"$TYPED"`;
    return linesOf(await inShell(path, ["-f", "-c", script], typed));
  },
  async fish({ path }, file, typed) {
    const script = `source ${file}
for typed in (string split \\n -- $TYPED); echo (complete -C $typed | string replace -r '\\t.*' ''); end`;
    return linesOf(await inShell(path, ["--no-config", "-c", script], typed));
  },
};

async function inShell(path: string, args: readonly string[], typed: readonly string[]): Promise<string> {
  const env = { PATH: process.env["PATH"] ?? "", HOME: regrant.folder, TYPED: typed.join("\n") };
  const { stdout } = await run(path, args, { cwd: regrant.folder, env, timeout: 60_000 });
  return stdout;
}

function linesOf(stdout: string): string[][] {
  const lines = stdout.replace(/\n$/, "").split("\n");
  return lines.map((line) => line.split(" ").filter((word) => word !== ""));
}

test("no name is an option with a value in one command and without in another", () => {
  const kinds = new Map<string, boolean>();
  for (const { path, options } of completedCommands(createProgram())) {
    for (const { names, values } of options) {
      for (const name of names) {
        const takesValue = values !== undefined;
        assert.equal(kinds.get(name) ?? takesValue, takesValue, `${path} ${name}`);
        kinds.set(name, takesValue);
      }
    }
  }
});

test("an unknown shell is refused with the shells that there are", async () => {
  const { code, stderr } = await regrant.run(["completion", "tcsh"]);
  assert.equal(code, 2);
  assert.match(stderr, /Allowed choices are bash, zsh, fish\./);
});
