/* Phantom slots: they exist for the compiler only. */
declare const VALUE: unique symbol;
declare const NULLABLE: unique symbol;
declare const DEFAULTED: unique symbol;
declare const KIND: unique symbol;
declare const TARGET: unique symbol;
declare const VIA: unique symbol;
declare const PRIMARY: unique symbol;
export type { DEFAULTED, KIND, NULLABLE, PRIMARY, TARGET, VALUE, VIA };

/**
 * A column as the compiler sees it: its value, whether it may be null, whether `create` may leave it out,
 * the family of lookups that it takes, and whether it is the primary key.
 */
export interface Field<Value, Null extends boolean, Defaulted extends boolean, Kind extends string, Primary extends boolean = false> {
  readonly [VALUE]: Value;
  readonly [NULLABLE]: Null;
  readonly [DEFAULTED]: Defaulted;
  readonly [KIND]: Kind;
  readonly [PRIMARY]: Primary;
}
/** A foreign key ("fk") or a one-to-one field ("o2o"). */
export interface ToOne<Model, Null extends boolean, Defaulted extends boolean, Kind extends "fk" | "o2o"> extends Field<Model, Null, Defaulted, Kind> {
  readonly [TARGET]: Model;
}
export interface ToMany<Model> {
  readonly [TARGET]: Model;
  readonly [KIND]: "m2m";
}
export interface Backward<Model, Via extends string> {
  readonly [TARGET]: Model;
  readonly [KIND]: "reverse";
  readonly [VIA]: Via;
}
