import type { Command } from "commander";
import type { FieldDefinition } from "../../fields/field.js";
import type { ModelMeta } from "../../models/meta.js";
import { createCommand, formatOption } from "../command.js";
import type { Terminal } from "../output/terminal.js";
import type { App } from "../project/project.js";
import type { Session } from "../session.js";

function columnNote(meta: ModelMeta, field: FieldDefinition): string {
  const relation = meta.findRelation(field.name);
  const target = relation === undefined ? "" : ` → ${relation.target.label}`;
  const notes = [
    meta.keyFields.includes(field) ? "primary key" : "",
    field.null ? "null" : "",
    field.unique && !field.primaryKey ? "unique" : "",
    field.column === field.attname ? "" : `column ${field.column}`,
  ].filter((note) => note !== "");
  return `${field.kind}${target}${notes.length === 0 ? "" : ` (${notes.join(", ")})`}`;
}

/** The lines under a model: its columns, its many-to-many relations, and those that lead to it. */
function linesOf(meta: ModelMeta): [name: string, note: string][] {
  return [
    ...meta.fields.map((field): [string, string] => [field.name, columnNote(meta, field)]),
    ...meta.manyToMany.map((field): [string, string] => [
      field.name,
      `ManyToManyField ↔ ${meta.findRelation(field.name)?.target.label ?? ""}`,
    ]),
    ...[...meta.reverse.keys()].map((name): [string, string] => [name, `← ${meta.findRelation(name)?.target.label ?? ""}`]),
  ];
}

function printApp(app: App, terminal: Terminal): void {
  const { bold, cyan, dim } = terminal.colors;
  terminal.print(bold(app.label));
  app.models.forEach((meta, index) => {
    const last = index === app.models.length - 1;
    terminal.print(`${last ? "└─" : "├─"} ${cyan(meta.name)} ${dim(meta.table)}`);
    const lines = linesOf(meta);
    const width = Math.max(...lines.map(([name]) => name.length));
    lines.forEach(([name, note], position) => {
      terminal.print(`${last ? "  " : "│ "} ${position === lines.length - 1 ? "└─" : "├─"} ${name.padEnd(width)}  ${dim(note)}`);
    });
  });
}

/** `dorm models-tree` */
export function modelsTreeCommand(session: Session): Command {
  return createCommand("models-tree [apps...]", "Print the apps with their models, fields and relations.", [
    ["dorm models-tree", "every app"],
    ["dorm models-tree blog --format json", "one app, for a machine"],
  ])
    .addOption(formatOption())
    .action(async (labels: string[]) => {
      const apps = await (await session.project()).chosenApps(labels);
      if (session.format === "text") {
        for (const app of apps) printApp(app, session.terminal);
        return;
      }
      session.terminal.printJson(
        apps.map((app) => ({
          app: app.label,
          models: app.models.map((meta) => ({
            label: meta.label,
            table: meta.table,
            fields: meta.fields.map((field) => ({
              name: field.name,
              kind: field.kind,
              column: field.column,
              null: field.null,
              primaryKey: meta.keyFields.includes(field),
              target: meta.findRelation(field.name)?.target.label ?? null,
            })),
            manyToMany: meta.manyToMany.map(({ name }) => ({ name, target: meta.findRelation(name)?.target.label ?? null })),
          })),
        })),
      );
    });
}
