import type { Command } from "commander";
import { newProgram } from "../new-program.ts";
import { addLoginCommands } from "./commands.ts";

/** The command line with the login commands only: the full one takes five times as long to load. */
export function createProgram(): Command {
  const program = newProgram();
  addLoginCommands(program);
  return program;
}
