import { ImproperlyConfigured } from "../errors.js";
import type { ForeignKeyDefinition } from "../fields/relations.js";
import type { ModelMeta } from "../models/meta.js";
import type { ForwardRelation } from "../models/relations.js";
import { isUniqueColumn } from "../models/unique-columns.js";
import type { Dialect } from "../sql/dialect.js";
import { schemaName } from "./schema-names.js";

/** The relations of a model that the database holds to: those with a FOREIGN KEY. */
export function constrainedRelations(meta: ModelMeta): readonly ForwardRelation[] {
  return meta.foreignKeys.filter((field) => field.dbConstraint).map((field) => forwardRelationOf(meta, field));
}

function forwardRelationOf(meta: ModelMeta, field: ForeignKeyDefinition): ForwardRelation {
  // each foreign key of a model is a forward relation of the same name
  const relation = meta.findRelation(field.name) as ForwardRelation;
  const { target, targetField } = relation;
  if (!isUniqueColumn(target, targetField, true)) {
    throw new ImproperlyConfigured(
      `${field.label}: toField "${targetField.name}" of ${target.label} must be unique, as a foreign key names one row. Add unique: true there, or dbConstraint: false here.`,
    );
  }
  return relation;
}

export function foreignKeyName(relation: ForwardRelation): string {
  return schemaName("fk", relation.source.table, [relation.field.column]);
}

/**
 * A FOREIGN KEY as a constraint of its table. It is checked when the transaction ends where the database can wait, so that rows
 * which refer to each other may come in any order, and it has no action: `onDelete` is done in code, as in Django, so that signals, counts
 * and the other database's behaviour agree. A raw DELETE that would leave rows behind is refused by the database.
 */
export function foreignKeySql(dialect: Dialect, relation: ForwardRelation): string {
  const quote = (name: string) => dialect.quoteIdentifier(name);
  const deferred = dialect.schema.deferrableForeignKeys ? " DEFERRABLE INITIALLY DEFERRED" : "";
  return `CONSTRAINT ${quote(foreignKeyName(relation))} FOREIGN KEY (${quote(relation.field.column)}) REFERENCES ${quote(relation.target.table)} (${quote(relation.targetField.column)})${deferred}`;
}
