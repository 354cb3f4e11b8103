/** A machine that systemd runs, for units: namespaces of this one, in which systemd is the first process. */
import { execFile } from "node:child_process";
import { once } from "node:events";
import { existsSync, readFileSync } from "node:fs";
import { mkdir, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { PATIENCE, startProgram } from "../program.ts";
import { temporaryFolder } from "../temporary-folder.ts";

const ROOT = join(import.meta.dirname, "../..");
const SCRIPT = join(import.meta.dirname, "boot-systemd.sh");

/** As many of systemd's own units as a service needs. */
const TARGETS = ["sysinit", "basic", "shutdown", "network-online", "multi-user"];
const UNITS: Readonly<Record<string, string>> = {
  ...Object.fromEntries(TARGETS.map((name) => [`${name}.target`, "[Unit]\n"])),
  "machine.target": "[Unit]\nWants=ready.service\nAllowIsolate=yes\n",
  "ready.service": `[Service]
Type=oneshot
ExecStart=/bin/sh -c 'echo machine runs > /mnt/shared/ready'
`,
};

/** What a command in the machine printed, and its exit code. */
export interface Ran {
  code: number;
  stdout: string;
  stderr: string;
}

export interface SystemdMachine {
  /** Runs a program in the machine, as its root. */
  run(args: readonly string[], input?: string): Promise<Ran>;
  /** The folder that is /mnt/shared in it. */
  shared: string;
  /** Ends every process of it. */
  stop(): Promise<void>;
}

const NAMESPACES = ["--mount", "--pid", "--net", "--ipc", "--uts", "--cgroup", "--fork", "--kill-child"];

/** The mounts that a container often refuses to root. */
const MOUNTS = `mount -t tmpfs tmpfs /mnt && mkdir /mnt/files /mnt/work &&
  mount -t overlay -o lowerdir=/,upperdir=/mnt/files,workdir=/mnt/work overlay /mnt &&
  mount -t cgroup2 cgroup2 /sys/fs/cgroup`;

/** Why no machine can be started here, or false. */
export async function cannotBoot(): Promise<string | false> {
  const tried = promisify(execFile)("unshare", [...NAMESPACES, "sh", "-c", MOUNTS]);
  const possible = await tried.then(
    () => ownGroup() !== undefined,
    () => false,
  );
  return possible ? false : "namespaces and mounts of its own need root, outside of a container";
}

/** The folder of this process's control group, in which a machine gets one of its own. */
function ownGroup(): string | undefined {
  const [, own = ""] = /^0::(.*)$/m.exec(readFileSync("/proc/self/cgroup", "utf8")) ?? [];
  const folders = ["/sys/fs/cgroup/unified", "/sys/fs/cgroup"].map((mount) => join(mount, own));
  return folders.find((folder) => existsSync(join(folder, "cgroup.procs")));
}

/** A shell that enters the control group of its first argument and becomes the program of the others. */
const ENTER = ["-c", 'echo $$ > "$0/cgroup.procs" && exec "$@"'];

/**
 * @param units files beside systemd's own, by path
 * @param etc files below /etc, by path, readable by root alone
 */
export async function startSystemd(
  units: Readonly<Record<string, string>>,
  etc: Readonly<Record<string, string>>,
): Promise<SystemdMachine> {
  const folder = temporaryFolder("systemd");
  await writeFiles(join(folder, "units"), { ...UNITS, ...units });
  await writeFiles(join(folder, "etc"), etc);
  const shared = join(folder, "shared");
  await mkdir(shared);
  const group = join(ownGroup() ?? "", `regrant-systemd-${process.pid}`);
  await mkdir(group);
  const boot = ["unshare", ...NAMESPACES, "sh", SCRIPT, folder, ROOT, process.execPath];
  const child = await startProgram("sh", [...ENTER, group, ...boot], { ready: /machine runs/ });
  const [first] = readFileSync(`/proc/${child.pid}/task/${child.pid}/children`, "utf8").split(" ");
  return {
    shared,
    async run(args, input = "") {
      const options = { timeout: PATIENCE * 2, env: { PATH: "/usr/local/bin:/usr/bin:/bin" } };
      const running = promisify(execFile)("nsenter", ["--target", String(first), "--all", ...args], options);
      // A program need not read it.
      running.child.stdin?.on("error", () => {}).end(input);
      return running.then(
        (streams) => ({ code: 0, ...streams }),
        (error: unknown) => error as Ran,
      );
    },
    async stop() {
      const ended = once(child, "exit");
      // With the first process of a namespace all others of it end, before it is reported.
      process.kill(Number(first), "SIGKILL");
      await ended;
      await promisify(execFile)("find", [group, "-depth", "-type", "d", "-exec", "rmdir", "{}", ";"]);
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function writeFiles(folder: string, files: Readonly<Record<string, string>>): Promise<void> {
  for (const [path, text] of Object.entries(files)) {
    const file = join(folder, path);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, text, { mode: 0o600 });
  }
}
