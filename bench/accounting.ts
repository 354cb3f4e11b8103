import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { cpus } from "node:os";

/** Linux counts a process's CPU time in units of 1/100 s (USER_HZ) on every architecture that Node.js runs on. */
const TICK = 10_000;

/**
 * CPU time that a process has used since it began, user and system, all its threads (those that ended too), µs: the
 * operating system's own accounting, in steps of 10 ms.
 */
export function cpuTime(pid: number): number {
  if (process.platform !== "linux") return clock(ps(pid, "time")) * 1e6;
  // proc_pid_stat(5): fields 14 and 15; the second field is the name in brackets, which may hold anything.
  const stat = readFileSync(`/proc/${pid}/stat`, "latin1");
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return (Number(fields[11]) + Number(fields[12])) * TICK;
}

/** CPU time of those children of a process that have ended and that it has waited for, µs; Linux only. */
export function cpuTimeOfEnded(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, "latin1");
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return (Number(fields[13]) + Number(fields[14])) * TICK;
}

export function cpuTimeOfAll(pids: readonly number[]): number {
  return pids.reduce((sum, pid) => sum + cpuTime(pid), 0);
}

/** A process and its children, such as the workers of a cluster; Linux only, elsewhere the process alone. */
export function processesOf(pid: number): number[] {
  if (process.platform !== "linux") return [pid];
  // proc_pid_children(5): the children that the main thread has started.
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, "latin1").match(/\d+/g) ?? [];
  return [pid, ...children.map(Number)];
}

/** Resident memory of processes, bytes; what they share counts for each. */
export function residentMemoryOfAll(pids: readonly number[]): number {
  return pids.reduce((sum, pid) => sum + residentMemory(pid), 0);
}

/** Resident memory of a process, bytes. */
export function residentMemory(pid: number): number {
  if (process.platform !== "linux") return Number(ps(pid, "rss")) * 1024;
  const kibibytes = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, "latin1"))?.[1];
  return Number(kibibytes) * 1024;
}

/** CPU time that all programs of the machine have used since it started, µs. */
export function machineCpuTime(): number {
  return cpus().reduce((sum, { times }) => sum + (times.user + times.nice + times.sys + times.irq) * 1000, 0);
}

function ps(pid: number, field: string): string {
  return execFileSync("ps", ["-o", `${field}=`, "-p", String(pid)], { encoding: "utf8" }).trim();
}

/** `1-02:03:04.05` in s. */
function clock(text: string): number {
  const [days, time = ""] = text.includes("-") ? text.split("-") : ["0", text];
  return time.split(":").reduce((sum, part) => sum * 60 + Number(part), 0) + Number(days) * 86_400;
}
