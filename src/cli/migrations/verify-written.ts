import { rmSync } from "node:fs";
import { DormError, OperationalError } from "../../errors.js";
import { detectMigrations } from "../../migrations/detection/autodetector.js";
import { MigrationGraph } from "../../migrations/running/graph.js";
import { verifyMigrations } from "../../migrations/verify.js";
import type { MigrationFile } from "../../migrations/writing/write-migrations.js";
import type { Project } from "../project/project.js";
import type { Session } from "../session.js";
import { projectMigrations, projectState } from "./project-migrations.js";

/** Reads the new files, tries them where nobody sees it, and looks for changes again: there must be none. */
async function check(session: Session, project: Project, before: MigrationGraph, files: readonly MigrationFile[]): Promise<void> {
  const graph = new MigrationGraph(await projectMigrations(project));
  const labels = [...new Set(files.map(({ app }) => app))];
  const to = await projectState(project);
  const again = await detectMigrations({ graph, to });
  const left = again
    .filter(({ app }) => labels.includes(app))
    .flatMap(({ operations }) => operations.map((operation) => operation.describe()));
  if (left.length > 0) throw new DormError(`they do not lead to the models; these changes would be found again: ${left.join("; ")}.`);
  // with changes of other apps still to be written, the tables would differ for good reason
  if (again.length > 0) return;
  const migrations = graph.order.filter((migration) => files.some(({ app, name }) => migration.app === app && migration.name === name));
  try {
    const { tried, reason } = await verifyMigrations({ from: before.state(), to, migrations });
    if (!tried) session.terminal.detail(`The new migrations were not tried: ${reason}`);
  } catch (error) {
    // migrations can be written without a database at hand
    if (!(error instanceof OperationalError)) throw error;
    session.terminal.detail(`The new migrations were not tried: ${error.message}`);
  }
}

/**
 * Makes sure that new files do what they are for, and removes them where they do not.
 *
 * @param before - the migrations without them
 * @throws DormError saying what is wrong
 */
export async function verifyWritten(
  session: Session,
  project: Project,
  before: MigrationGraph,
  files: readonly MigrationFile[],
): Promise<void> {
  try {
    await check(session, project, before, files);
  } catch (error) {
    for (const { path } of files) rmSync(path, { force: true });
    throw new DormError(`The new migrations were removed again: ${error instanceof Error ? error.message : String(error)}`, {
      cause: error,
    });
  }
}
