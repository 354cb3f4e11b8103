import type { Command } from "commander";
import { newProgram } from "../new-program.ts";
import { addLoginCommands } from "./commands.ts";

/** The command line of whoever uses an API: part of the whole one, which takes five times as long to load. */
export function createProgram(): Command {
  const program = newProgram();
  addLoginCommands(program);
  return program;
}
