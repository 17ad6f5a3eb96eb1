import { closeSync, openSync, renameSync, rmSync, writeSync } from "node:fs";
import { resolve } from "node:path";
import { type Command, InvalidArgumentError } from "commander";
import { transaction } from "../../engine/transaction.js";
import { dependencyOrder } from "../../migrations/table-order.js";
import type { ModelMeta } from "../../models/meta.js";
import { createCommand, databaseOption } from "../command.js";
import { dumpRecords } from "../fixtures/dump-records.js";
import { namedModels } from "../project/named-models.js";
import { requireAlias } from "../project/project.js";
import type { Session } from "../session.js";

interface DumpOptions {
  readonly exclude: readonly string[];
  readonly indent: number;
  readonly output?: string;
  readonly database: string;
}

function parseIndent(text: string): number {
  const value = Number(text);
  if (Number.isInteger(value) && value >= 0 && value <= 10) return value;
  throw new InvalidArgumentError("It is a number of spaces, 0 to 10; 0 writes one object a line.");
}

function collect(value: string, previous: readonly string[]): readonly string[] {
  return [...previous, value];
}

/** Writes the records as one JSON list, portion by portion. @returns how many there were */
async function writeRecords(
  metas: readonly ModelMeta[],
  options: DumpOptions,
  write: (text: string) => Promise<void> | void,
): Promise<number> {
  let count = 0;
  // Of one moment: no record refers to a row that came after the others were read.
  await transaction.atomic(
    async () => {
      for await (const record of dumpRecords(metas, options.database)) {
        const text = JSON.stringify(record, null, options.indent).replaceAll("\n", `\n${" ".repeat(options.indent)}`);
        await write(`${count === 0 ? "[\n" : ",\n"}${" ".repeat(options.indent)}${text}`);
        count++;
      }
    },
    { using: options.database, isolation: "repeatable read" },
  );
  await write(count === 0 ? "[]\n" : "\n]\n");
  return count;
}

function writeToStdout(text: string): Promise<void> | void {
  if (!process.stdout.write(text)) return new Promise((done) => process.stdout.once("drain", done));
}

/** `dorm dumpdata` */
export function dumpdataCommand(session: Session): Command {
  return createCommand("dumpdata [targets...]", "Write rows as JSON: a list of {model, pk, fields}.", [
    ["dorm dumpdata --output all.json", "every app's rows into a file"],
    ["dorm dumpdata blog shop.Order", "an app and one more model, to stdout"],
    ["dorm dumpdata --exclude blog.LogEntry --indent 2", "all but one model, laid out for people"],
  ])
    .option("--exclude <target>", "an app or model to leave out; may be given several times", collect, [])
    .option("--indent <spaces>", "spaces for each level; 0 writes one object a line", parseIndent, 0)
    .option("-o, --output <file>", "a file instead of stdout")
    .addOption(databaseOption())
    .action(async (targets: string[], options: DumpOptions) => {
      const project = await session.project();
      requireAlias(options.database);
      const apps = await project.apps();
      const excluded = new Set(namedModels(apps, options.exclude));
      const chosen =
        targets.length > 0
          ? namedModels(apps, targets)
          : apps.flatMap((app) => app.models).filter((meta) => meta.options.managed !== false);
      const metas = dependencyOrder(chosen.filter((meta) => !excluded.has(meta)));
      if (options.output === undefined) {
        await writeRecords(metas, options, writeToStdout);
        return;
      }
      const file = resolve(session.directory, options.output);
      // A dump that fails half-way leaves what was there before.
      const partial = `${file}.${process.pid}.partial`;
      const handle = openSync(partial, "w");
      try {
        const count = await writeRecords(metas, options, (text) => void writeSync(handle, text));
        closeSync(handle);
        renameSync(partial, file);
        session.terminal.tell(`Wrote ${count} ${count === 1 ? "object" : "objects"} to ${options.output}`);
      } catch (error) {
        rmSync(partial, { force: true });
        throw error;
      }
    });
}
