import { mkdirSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import type { Command } from "commander";
import { createCommand } from "../command.js";
import { modelSchema } from "../json-schema/model-schema.js";
import type { Session } from "../session.js";

const DRAFT = "https://json-schema.org/draft/2020-12/schema";

interface ExportOptions {
  readonly apps: readonly string[];
  readonly out?: string;
  readonly includeRelations: boolean;
}

/** `dorm export-json-schema` */
export function exportJsonSchemaCommand(session: Session): Command {
  return createCommand("export-json-schema", "Describe the models as JSON Schema, draft 2020-12.", [
    ["dorm export-json-schema > schema.json", "every model in one document, under $defs"],
    ["dorm export-json-schema --out schemas --apps blog", "a file for each model of an app"],
  ])
    .option("--out <folder>", "write <label>.json for each model there")
    .option("--apps <apps...>", "only these apps", [])
    .option("--include-relations", "also relations, as references to the other models", false)
    .action(async (options: ExportOptions) => {
      const project = await session.project();
      const metas = (await project.chosenApps(options.apps)).flatMap((app) => app.models);
      // The others are only needed where a relation leads to them.
      const all = options.includeRelations && options.apps.length > 0 ? (await project.apps()).flatMap((app) => app.models) : metas;
      if (options.out === undefined) {
        const reference = options.includeRelations ? (label: string) => `#/$defs/${label}` : null;
        const definitions = Object.fromEntries(all.map((meta) => [meta.label, modelSchema(meta, reference)]));
        session.terminal.printJson({ $schema: DRAFT, $defs: definitions });
        return;
      }
      const folder = resolve(session.directory, options.out);
      mkdirSync(folder, { recursive: true });
      const reference = options.includeRelations ? (label: string) => `${label}.json` : null;
      for (const meta of all) {
        const schema = { $schema: DRAFT, $id: `${meta.label}.json`, ...modelSchema(meta, reference) };
        writeFileSync(join(folder, `${meta.label}.json`), `${JSON.stringify(schema, null, 2)}\n`);
      }
      session.terminal.tell(`Wrote ${all.length} ${all.length === 1 ? "schema" : "schemas"} to ${options.out}`);
    });
}
