import type { Row } from "../drivers/driver.js";
import { QueryError } from "../errors.js";
import { attributesOf } from "../models/attributes.js";
import { checkClass } from "../models/base-class.js";
import { GENERATES_CODE } from "../models/code-generation.js";
import { HYDRATE, type ModelCore, stateOf } from "../models/core.js";
import { DeferredColumn } from "../models/deferred-column.js";
import type { ModelClass } from "../models/meta.js";
import { type FetchMode, ResultGroup } from "../models/state.js";
import type { Dialect } from "../sql/dialect.js";
import type { InstanceLayout, RecordLayout, RowLayout } from "./layout.js";
import type { Hydrator, Origin } from "./plan.js";

/** Turns the driver's values of a row into the fields' values, in place. */
export type RowDecoder = (row: Row) => Row;

type Decode = (raw: unknown) => unknown;

/** The columns that have to be decoded, by their position. */
export type ColumnDecoders = readonly (readonly [index: number, decode: Decode])[];

/** What a database's codecs do to the columns of a row; columns that need nothing cost nothing. */
export function columnDecoders(layout: RowLayout, dialect: Dialect): ColumnDecoders {
  const decoders: [number, Decode][] = [];
  for (const [index, output] of layout.outputs.entries()) {
    // a codec decodes what its own column gives
    const decode = output && (dialect.codec(output.storage).decode as Decode | null);
    if (decode) decoders.push([index, decode]);
  }
  return decoders;
}

/** The decoders as statements over `row`, each under the name of its place: d0, d1 … */
function decodingCode(decoders: ColumnDecoders): string {
  return decoders.map(([index], position) => `raw = row[${index}]; if (raw !== null) row[${index}] = d${position}(raw);`).join("\n");
}

function decoderNames(decoders: ColumnDecoders): string[] {
  return decoders.map((_, position) => `d${position}`);
}

/** The decoder of a row. */
export function makeDecoder(decoders: ColumnDecoders, generated = GENERATES_CODE): RowDecoder {
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
  const text = `return function decode(row) { let raw;\n${decodingCode(decoders)}\nreturn row; }`;
  // the text gives exactly this function
  return new Function(...decoderNames(decoders), text)(...decoders.map(([, decode]) => decode)) as RowDecoder;
}

/** What makes the result from the rows. */
export function makeHydrator(layout: RowLayout, decoders: ColumnDecoders, decode: RowDecoder): Hydrator {
  const { shape } = layout;
  if (shape.kind !== "instances") return recordHydrator(shape, decode);
  const plain = shape.whole && shape.annotations.length === 0 && shape.related.length === 0;
  return plain && GENERATES_CODE ? plainHydrator(shape, decoders) : instanceHydrator(shape, decode);
}

type PlainLoop = (rows: readonly Row[], result: ModelCore[], Class: ModelClass, group: ResultGroup) => void;

let loops = 0;

/**
 * Whole instances of one model and nothing else: one loop of its own, so that the engine sees one class and one shape
 * of row at each place. A loop that all models share would be megamorphic.
 */
function plainHydrator(layout: InstanceLayout, decoders: ColumnDecoders): Hydrator {
  const { meta, offset } = layout;
  let loop: PlainLoop | null = null;
  const makeLoop = (): PlainLoop => {
    // the number keeps the engine from sharing what it learns between loops of the same text
    const text = `/* ${++loops} */ return function hydrate(rows, result, Class, group) {
  let raw;
  for (let index = 0; index < rows.length; index++) {
    const row = rows[index];
    ${decodingCode(decoders)}
    result[index] = new Class(HYDRATE, row, ${offset}, group);
  }
}`;
    // the text gives exactly this function
    return new Function("HYDRATE", ...decoderNames(decoders), text)(HYDRATE, ...decoders.map(([, decode]) => decode)) as PlainLoop;
  };
  return (rows, { alias, fetchMode }) => {
    const Class = meta.modelClass;
    checkClass(meta, Class);
    const group = new ResultGroup(alias, meta.options.fetchMode ?? fetchMode);
    const result: ModelCore[] = new Array(rows.length);
    loop ??= makeLoop();
    loop(rows, result, Class, group);
    if (mayLoadLater(meta)) group.setPeers(result);
    return result;
  };
}

function recordHydrator(layout: RecordLayout, decode: RowDecoder): Hydrator {
  const { names, repeated } = layout;
  switch (layout.kind) {
    case "flat":
      return (rows) => rows.map((row) => decode(row)[0]);
    case "list":
      if (repeated) {
        return (rows) =>
          rows.map((row) => {
            const decoded = decode(row);
            return repeated.map((index) => decoded[index]);
          });
      }
      return (rows) => {
        for (const row of rows) if (decode(row).length > names.length) row.length = names.length;
        return rows;
      };
    case "named":
      checkListNames(names);
      return (rows) => rows.map((row) => namedRow(names, decode(row)));
    case "values": {
      const make = recordMaker(names);
      return (rows) => rows.map((row) => make(decode(row)));
    }
  }
}

function recordMaker(names: readonly string[], generated = GENERATES_CODE): (row: Row) => object {
  if (!generated) return (row) => Object.fromEntries(names.map((name, index) => [name, row[index]]));
  const properties = names
    .map((name, index) => `${name === "__proto__" ? `["__proto__"]` : JSON.stringify(name)}: row[${index}]`)
    .join(", ");
  // the text gives exactly this function
  return new Function(`return function record(row) { return { ${properties} }; }`)() as (row: Row) => object;
}

/** @throws QueryError for a column named like what every list has itself */
function checkListNames(names: readonly string[]): void {
  const taken = names.find((name) => name === "length" || /^\d+$/.test(name));
  if (taken === undefined) return;
  throw new QueryError(
    `valuesList({ named: true }): "${taken}" is a property of every list. Use values(), or give the column another name, as in { other: F("${taken}") }.`,
  );
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
      const values = attributesOf(instance);
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
    for (const { name, index } of annotations) attributesOf(instance)[name] = row[index];
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
