import type { Row } from "../drivers/driver.js";
import { checkClass } from "../models/base-class.js";
import { HYDRATE, type ModelCore, stateOf } from "../models/core.js";
import { DeferredColumn } from "../models/deferred-column.js";
import { type FetchMode, ResultGroup } from "../models/state.js";
import type { Dialect } from "../sql/dialect.js";
import type { InstanceLayout, RecordLayout, RowLayout } from "./layout.js";
import type { Hydrator, Origin } from "./plan.js";

/** Turns the driver's values of a row into the fields' values, in place. */
export type RowDecoder = (row: Row) => Row;

function canGenerate(): boolean {
  try {
    return new Function("return true")() === true;
  } catch {
    // some runtimes forbid code made from text
    return false;
  }
}
const GENERATE = canGenerate();

type Decode = (raw: unknown) => unknown;

/** The decoder of a row; columns that need none cost nothing. */
export function makeDecoder(layout: RowLayout, dialect: Dialect, generated = GENERATE): RowDecoder {
  const decoders: [number, Decode][] = [];
  for (const [index, output] of layout.outputs.entries()) {
    // a codec decodes what its own column gives
    const decode = output && (dialect.codec(output.storage).decode as Decode | null);
    if (decode) decoders.push([index, decode]);
  }
  if (decoders.length === 0) return (row) => row;
  if (!generated) {
    return (row) => {
      for (const [index, decode] of decoders) {
        const raw = row[index];
        if (raw !== null) row[index] = decode(raw);
      }
      return row;
    };
  }
  const body = decoders.map(([index], position) => `raw = row[${index}]; if (raw !== null) row[${index}] = d${position}(raw);`).join("\n");
  // the text gives exactly this function
  return new Function(...decoders.map((_, position) => `d${position}`), `return function decode(row) { let raw;\n${body}\nreturn row; }`)(
    ...decoders.map(([, decode]) => decode),
  ) as RowDecoder;
}

/** What makes the result from the rows. */
export function makeHydrator(layout: RowLayout, decode: RowDecoder): Hydrator {
  return layout.shape.kind === "instances" ? instanceHydrator(layout.shape, decode) : recordHydrator(layout.shape, decode);
}

function recordHydrator(layout: RecordLayout, decode: RowDecoder): Hydrator {
  const { names } = layout;
  switch (layout.kind) {
    case "flat":
      return (rows) => rows.map((row) => decode(row)[0]);
    case "list":
      return (rows) => {
        for (const row of rows) if (decode(row).length > names.length) row.length = names.length;
        return rows;
      };
    case "named":
      return (rows) => rows.map((row) => namedRow(names, decode(row)));
    case "values": {
      const make = recordMaker(names);
      return (rows) => rows.map((row) => make(decode(row)));
    }
  }
}

function recordMaker(names: readonly string[], generated = GENERATE): (row: Row) => object {
  if (!generated) return (row) => Object.fromEntries(names.map((name, index) => [name, row[index]]));
  const properties = names
    .map((name, index) => `${name === "__proto__" ? `["__proto__"]` : JSON.stringify(name)}: row[${index}]`)
    .join(", ");
  // the text gives exactly this function
  return new Function(`return function record(row) { return { ${properties} }; }`)() as (row: Row) => object;
}

/** A list whose values can be read by their names too. */
function namedRow(names: readonly string[], row: Row): Row {
  const list = row.slice(0, names.length);
  for (const [index, name] of names.entries()) Object.defineProperty(list, name, { value: list[index], enumerable: false });
  return list;
}

type Instantiate = (row: Row) => ModelCore;

/** What one execution needs: a group for the rows of each model in the result. */
function instantiator(
  layout: InstanceLayout,
  alias: string,
  mode: FetchMode,
  collected: Map<ResultGroup, ModelCore[] | null>,
  nested: boolean,
): Instantiate {
  const { meta } = layout;
  const Class = meta.modelClass;
  checkClass(meta, Class);
  const group = new ResultGroup(alias, meta.options.fetchMode ?? mode);
  // the rows of the result itself are in the result; those of a relation are collected
  const members: ModelCore[] | null = nested ? [] : null;
  if (!layout.whole || mayLoadLater(meta)) collected.set(group, members);
  const { offset } = layout;
  let create: Instantiate;
  if (layout.whole) create = (row) => new Class(HYDRATE, row, offset, group);
  else {
    const { positions } = layout;
    const missing = meta.fields.filter((_, index) => (positions[index] ?? -1) < 0).map((field) => field.attname);
    create = (row) => {
      const full = positions.map((position) => (position < 0 ? undefined : row[position]));
      const instance = new Class(HYDRATE, full, 0, group);
      const values = instance as unknown as Record<string, unknown>;
      for (const attname of missing) values[attname] = new DeferredColumn(instance, attname);
      return instance;
    };
  }
  const { annotations } = layout;
  const related = layout.related.map(({ relation, layout: target, keyIndexes }) => ({
    relation,
    keyIndexes,
    make: instantiator(target, alias, mode, collected, true),
    back: relation.kind === "backward" ? relation.forward.name : backName(relation),
  }));
  if (annotations.length === 0 && related.length === 0 && members === null) return create;
  return (row) => {
    const instance = create(row);
    members?.push(instance);
    for (const { name, index } of annotations) (instance as unknown as Record<string, unknown>)[name] = row[index];
    for (const { relation, keyIndexes, make, back } of related) {
      let other: ModelCore | null = null;
      if (!keyIndexes.some((index) => row[index] === null)) {
        other = make(row);
        if (back !== null) stateOf(other).setRelation(back, instance);
      }
      stateOf(instance).setRelation(relation.name, other);
    }
    return instance;
  };
}

/** Whether instances of a model have relations to one object, which peers load together. */
function mayLoadLater(meta: InstanceLayout["meta"]): boolean {
  return meta.foreignKeys.length > 0 || meta.reverse.size > 0 || meta.virtual.size > 0;
}

/** The name of the other side of a one-to-one field, which then is known too. */
function backName(relation: InstanceLayout["related"][number]["relation"]): string | null {
  if (relation.kind !== "forward" || !relation.field.unique) return null;
  for (const [name, definition] of relation.target.reverse)
    if (definition.via === relation.name && relation.target.findRelation(name)?.target === relation.source) return name;
  return null;
}

function instanceHydrator(layout: InstanceLayout, decode: RowDecoder): Hydrator {
  return (rows: Row[], { alias, fetchMode }: Origin) => {
    const collected = new Map<ResultGroup, ModelCore[] | null>();
    const make = instantiator(layout, alias, fetchMode, collected, false);
    const result: ModelCore[] = new Array(rows.length);
    for (let index = 0; index < rows.length; index++) result[index] = make(decode(rows[index] as Row));
    for (const [group, members] of collected) group.setPeers(members ?? result);
    return result;
  };
}
