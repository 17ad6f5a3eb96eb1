import type { FieldDefinition } from "../fields/field.js";
import type { ForeignKeyDefinition, ManyToManyDefinition } from "../fields/relations.js";
import type { ModelMeta } from "./meta.js";

/** One join: which columns of the table reached must equal which columns of the table before. */
export interface JoinStep {
  readonly from: ModelMeta;
  readonly to: ModelMeta;
  /** Pairs of columns, left of the table before, right of the table reached. */
  readonly columns: readonly (readonly [from: FieldDefinition, to: FieldDefinition])[];
  /** One row before may meet several rows behind. */
  readonly multiple: boolean;
  /** A row before may meet none. */
  readonly nullable: boolean;
  /** From the table that has the foreign key to the table that it names. */
  readonly direct: boolean;
  /** What a row behind must satisfy besides, as lookups of its model; absent: nothing. */
  readonly where?: object;
}

interface RelationBase {
  readonly name: string;
  /** The model that has the relation. */
  readonly source: ModelMeta;
  /** The model at its end. */
  readonly target: ModelMeta;
  readonly path: readonly JoinStep[];
}

/** A foreign key or a one-to-one field, seen from the model that has the column. */
export interface ForwardRelation extends RelationBase {
  readonly kind: "forward";
  readonly field: ForeignKeyDefinition;
  readonly targetField: FieldDefinition;
}
/** A foreign key seen from the model that it names: many, or one for a one-to-one field. */
export interface BackwardRelation extends RelationBase {
  readonly kind: "backward";
  readonly single: boolean;
  readonly forward: ForwardRelation;
}
/** Many-to-many, from either side. */
export interface ManyToManyRelation extends RelationBase {
  readonly kind: "many";
  readonly field: ManyToManyDefinition;
  readonly through: ModelMeta;
  /** The junction's keys to this side and to the other. */
  readonly near: ForwardRelation;
  readonly far: ForwardRelation;
  readonly symmetrical: boolean;
  /** Seen from the model that the field names. */
  readonly reversed: boolean;
}
/** What a virtual field joins. */
export interface VirtualRelation extends RelationBase {
  readonly kind: "virtual";
}
/** A relation that foreign keys make. */
export type Relation = ForwardRelation | BackwardRelation | ManyToManyRelation;

/** Whatever a path of names can lead through. */
export type PathRelation = Relation | VirtualRelation;

/** Whether a relation leads to one object at most. */
export function isSingle(relation: Relation): relation is ForwardRelation | BackwardRelation {
  return relation.kind === "forward" || (relation.kind === "backward" && relation.single);
}

export function forwardRelation(source: ModelMeta, field: ForeignKeyDefinition, target: ModelMeta): ForwardRelation {
  const targetField = field.toField === null ? target.singleKey(`${source.label}.${field.name}`) : target.column(field.toField);
  return {
    kind: "forward",
    name: field.name,
    source,
    target,
    field,
    targetField,
    path: [{ from: source, to: target, columns: [[field, targetField]], multiple: false, nullable: field.null, direct: true }],
  };
}

export function backwardRelation(name: string, forward: ForwardRelation): BackwardRelation {
  return {
    kind: "backward",
    name,
    source: forward.target,
    target: forward.source,
    forward,
    single: forward.field.unique,
    path: [reverseStep(forward)],
  };
}

function reverseStep(forward: ForwardRelation): JoinStep {
  return {
    from: forward.target,
    to: forward.source,
    columns: [[forward.targetField, forward.field]],
    multiple: !forward.field.unique,
    nullable: true,
    direct: false,
  };
}

export function manyToManyRelation(
  name: string,
  field: ManyToManyDefinition,
  near: ForwardRelation,
  far: ForwardRelation,
  symmetrical: boolean,
  reversed: boolean,
): ManyToManyRelation {
  const [entry] = far.path;
  return {
    kind: "many",
    name,
    field,
    source: near.target,
    target: far.target,
    through: near.source,
    near,
    far,
    symmetrical,
    reversed,
    path: entry ? [reverseStep(near), entry] : [],
  };
}
