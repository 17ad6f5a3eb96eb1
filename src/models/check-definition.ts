import { FieldError, ImproperlyConfigured, QueryError } from "../errors.js";
import { checkIdentifier, checkQuotedName } from "../fields/column-name.js";
import { GeneratedDefinition } from "../fields/generated.js";
import { didYouMean } from "../suggestions.js";
import type { ModelMeta } from "./meta.js";
import { queryPort } from "./query-port.js";

/**
 * What can be known to be wrong when a model is defined, before anything refers to another model.
 *
 * @throws ImproperlyConfigured naming the model and the part
 */
export function checkDefinition(meta: ModelMeta): void {
  checkQuotedName(meta.table, `${meta.label}: dbTable`);
  checkColumns(meta);
  checkGenerated(meta);
  checkOrdering(meta);
  checkConstraints(meta);
  const { defaultManagerName, managers, versionField } = meta.options;
  if (versionField !== undefined) {
    const field = meta.findColumn(versionField);
    if (!field) throw unknownName(meta, "versionField", versionField);
    if ((field.lookupFamily !== "number" && field.lookupFamily !== "bigint") || field.null || meta.keyFields.includes(field)) {
      throw new ImproperlyConfigured(
        `${meta.label}.${versionField} is the versionField, so it must hold whole numbers, not be null and not be the key: IntegerField({ default: 0 }).`,
      );
    }
  }
  if (defaultManagerName !== undefined && defaultManagerName !== "objects" && !Object.hasOwn(managers ?? {}, defaultManagerName)) {
    throw new ImproperlyConfigured(
      `${meta.label}: defaultManagerName "${defaultManagerName}" is no manager. ${didYouMean(defaultManagerName, ["objects", ...Object.keys(managers ?? {})])}`.trim(),
    );
  }
}

function checkColumns(meta: ModelMeta): void {
  const names = new Map<string, string>();
  const columns = new Map<string, string>();
  for (const field of meta.fields) {
    for (const name of new Set([field.name, field.attname])) {
      const other = names.get(name);
      if (other !== undefined) {
        throw new ImproperlyConfigured(
          `${meta.label}.${other} and ${meta.label}.${field.name} both have the name "${name}": a relation keeps its key under …Id.`,
        );
      }
      names.set(name, field.name);
    }
    const sharing = columns.get(field.column.toLowerCase());
    if (sharing !== undefined)
      throw new ImproperlyConfigured(`${meta.label}.${sharing} and ${meta.label}.${field.name} both have the column "${field.column}".`);
    columns.set(field.column.toLowerCase(), field.name);
  }
  for (const name of [...meta.manyToMany.map((field) => field.name), ...meta.reverse.keys(), ...meta.virtual.keys()]) {
    if (names.has(name)) throw new ImproperlyConfigured(`${meta.label}: "${name}" is both a relation and a field.`);
  }
}

function checkGenerated(meta: ModelMeta): void {
  for (const field of meta.fields) {
    if (!(field instanceof GeneratedDefinition) || typeof field.expression === "string") continue;
    try {
      queryPort().checkExpression(meta, field.expression);
    } catch (cause) {
      // a relation whose model is not defined yet is looked at when the table is made
      if (!(cause instanceof QueryError) && !(cause instanceof FieldError)) continue;
      throw new ImproperlyConfigured(`${field.label}: expression: ${cause.message}`, { cause });
    }
  }
}

/** The first part of a path; the rest is checked when models know each other. */
function head(path: string): string {
  const separator = path.indexOf("__");
  return separator < 0 ? path : path.slice(0, separator);
}

function unknownName(meta: ModelMeta, option: string, name: string): ImproperlyConfigured {
  return new ImproperlyConfigured(
    `${meta.label}: ${option} names "${name}", which is no field. ${didYouMean(name, meta.fieldNames())}`.trim(),
  );
}

function checkOrdering(meta: ModelMeta): void {
  for (const entry of meta.options.ordering ?? []) {
    if (typeof entry !== "string" || entry === "?") continue;
    const name = head(entry.startsWith("-") ? entry.slice(1) : entry);
    if (!meta.hasName(name)) throw unknownName(meta, "ordering", name);
  }
  const latest = meta.options.getLatestBy ?? [];
  for (const entry of typeof latest === "string" ? [latest] : latest) {
    const name = head(entry.startsWith("-") ? entry.slice(1) : entry);
    if (!meta.hasName(name)) throw unknownName(meta, "getLatestBy", name);
  }
}

function checkConstraints(meta: ModelMeta): void {
  const names = new Set<string>();
  const once = (name: string | undefined): void => {
    if (name === undefined) return;
    checkIdentifier(name, `${meta.label}: the name of an index or a constraint`);
    if (names.has(name)) throw new ImproperlyConfigured(`${meta.label}: two indexes or constraints are named "${name}".`);
    names.add(name);
  };
  const columns = (option: string, fields: readonly string[]): void => {
    for (const entry of fields) {
      const name = entry.startsWith("-") ? entry.slice(1) : entry;
      if (!meta.findColumn(name)) throw unknownName(meta, option, name);
    }
  };
  for (const fields of meta.options.uniqueTogether ?? []) columns("uniqueTogether", fields);
  for (const index of meta.options.indexes ?? []) {
    once(index.name);
    columns("an index", [...index.fields, ...(index.include ?? [])]);
  }
  for (const constraint of meta.options.constraints ?? []) {
    once(constraint.name);
    if (constraint.type !== "check") columns(`the constraint "${constraint.name}"`, [...constraint.fields, ...(constraint.include ?? [])]);
  }
}
