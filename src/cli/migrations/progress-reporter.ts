import type { MigrationEvent } from "../../migrations/running/apply.js";
import type { Terminal } from "../output/terminal.js";

/** Writes how the work goes on, each migration on its line. */
export function progressReporter(terminal: Terminal): (event: MigrationEvent) => void {
  const { bold, green, dim } = terminal.colors;
  return (event) => {
    if (event.kind === "waiting") terminal.tell(dim(`Another process is migrating "${event.alias}"; waiting for it …`));
    else if (event.kind === "operation") terminal.detail(`    ${event.description}`);
    else if (event.kind === "progress") terminal.tell(dim(`    ${event.message}`));
    else {
      const verb = event.fake ? "Faking" : event.backwards ? "Unapplying" : "Applying";
      const name = bold(`${event.app}.${event.name}`);
      if (event.kind === "start") terminal.detail(`${verb} ${event.app}.${event.name}...`);
      else if (event.kind === "done") terminal.tell(`  ${verb} ${name}... ${green("OK")}${dim(` (${Math.round(event.elapsedMs)} ms)`)}`);
      else terminal.tell(`  ${name} was applied by another process meanwhile`);
    }
  };
}
