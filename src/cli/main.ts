#!/usr/bin/env node
import "../node-version.js";
import { importOwnCopy } from "./hand-over.js";

// Where a project has its own copy of dorm, that copy does the work: its models and this command must be one program.
if (!(await importOwnCopy(process.argv.slice(2), process.cwd()))) {
  const { runCommandLine } = await import("./command-line.js");
  process.exitCode = await runCommandLine(process.argv.slice(2));
}
