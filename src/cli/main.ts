#!/usr/bin/env node
import "../node-version.js";
// all of it, as an old Node, which the line above speaks to, has no such name to import
import module from "node:module";
import { importOwnCopy } from "./hand-over.js";

// A command is a new process each time: the next one need not compile all of this again.
module.enableCompileCache();

// Where a project has its own copy of dorm, that copy does the work: its models and this command must be one program.
if (!(await importOwnCopy(process.argv.slice(2), process.cwd()))) {
  const { runCommandLine } = await import("./command-line.js");
  process.exitCode = await runCommandLine(process.argv.slice(2));
}
