import { existsSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import type { Command } from "commander";
import { DormError } from "../../errors.js";
import { createCommand, databaseOption, formatOption } from "../command.js";
import { loadRows } from "../fixtures/load-rows.js";
import { readFixture } from "../fixtures/read-fixture.js";
import { type App, type Project, requireAlias } from "../project/project.js";
import type { Session } from "../session.js";

/** A file as named, or one of that name in the `fixtures` folder of the project or an app. */
function findFixture(name: string, session: Session, project: Project, apps: readonly App[]): string {
  const folders = [join(project.root, "fixtures"), ...apps.map((app) => join(app.directory, "fixtures"))];
  const candidates = [session.directory, project.root, ...folders].flatMap((folder) => [
    resolve(folder, name),
    resolve(folder, `${name}.json`),
  ]);
  const found = candidates.find((path) => existsSync(path));
  if (found !== undefined) return found;
  const searched = ["the working directory", ...folders.filter((folder) => existsSync(folder)).map((folder) => project.show(folder))];
  throw new DormError(`There is no fixture "${name}" in ${searched.join(", ")}.`, { code: "fixture_not_found" });
}

/** `dorm loaddata` */
export function loaddataCommand(session: Session): Command {
  return createCommand("loaddata <files...>", "Load rows from JSON that dumpdata wrote, each file in one transaction.", [
    ["dorm loaddata all.json", "rows of a file; those with a known key are overwritten"],
    ["dorm loaddata cities --database staging", "also found as fixtures/cities.json of the project or an app"],
  ])
    .addOption(databaseOption())
    .addOption(formatOption())
    .action(async (files: string[], options: { database: string }) => {
      const project = await session.project();
      requireAlias(options.database);
      const apps = await project.apps();
      // All files are read and checked before the first is loaded.
      const fixtures = files
        .map((name) => findFixture(name, session, project, apps))
        .map((path) => ({ file: project.show(path), rows: readFixture(project.show(path), readFileSync(path, "utf8")) }));
      for (const { file, rows } of fixtures) {
        await loadRows(rows, options.database);
        if (session.format === "text")
          session.terminal.tell(`Loaded ${rows.length} ${rows.length === 1 ? "object" : "objects"} from ${file}`);
      }
      if (session.format === "json") {
        session.terminal.printJson({
          database: options.database,
          files: fixtures.map(({ file, rows }) => ({ file, objects: rows.length })),
        });
      }
    });
}
