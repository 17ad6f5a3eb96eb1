import type { Flow } from "../engine/flow.js";
import { settings } from "../engine/settings.js";
import { NotLoadedError, QueryError } from "../errors.js";
import { checkIdentifier } from "../fields/column-name.js";
import { type ModelCore, metaOfInstance, stateOf } from "./core.js";

/** How a virtual field is to load, for `prefetchRelated`. */
export interface VirtualLoad {
  /** The database that the instances came from. */
  readonly using: string;
  /** The queryset of a `Prefetch`, where one was given. */
  readonly queryset: unknown;
  /** Called with each instance and what it got, where a `Prefetch` has a `toAttr`; the field then keeps nothing itself. */
  readonly put: ((instance: object, value: unknown) => void) | null;
}

/** How queries join what a virtual field stands for. */
export interface VirtualJoin {
  /** The model that is joined. */
  readonly target: unknown;
  /** Pairs of fields that must be equal: of the model that has the virtual field, and of the joined one. */
  readonly columns: readonly (readonly [own: string, other: string])[];
  /** What a joined row must satisfy besides, as lookups of its model; it cannot lead through relations. */
  readonly where?: object;
  /** True where a row meets one other at most. */
  readonly single?: boolean;
}

/**
 * A name of a model without a column of its own: it reads something that other columns or other models say. A subclass
 * says what.
 *
 * What touches a database is a flow, which yields steps: `yield { perform: () => rows.get(), performSync: () => rows.getSync() }`.
 *
 * @example
 * class Shouted extends VirtualField {
 *   read(instance: object) {
 *     return String(Reflect.get(instance, "name")).toUpperCase();
 *   }
 *   copy() {
 *     return new Shouted();
 *   }
 * }
 * const field = new Shouted();
 * console.log(field.read({ name: "Ada" })); // → ADA
 */
export abstract class VirtualField {
  /** The name in the shape, and the model's label; empty until a model has bound the field. */
  readonly name: string = "";
  /** The model's label, `blog.Author`; empty until a model has bound the field. */
  readonly modelLabel: string = "";

  /** What the property gives. */
  abstract read(instance: object): unknown;
  /** What assigning to the property does, and giving it to `new` and `create`; absent: it is refused. */
  write?(instance: object, value: unknown): void;
  /** Loads for several instances, for `prefetchRelated`; absent: there is nothing to load. @returns what was loaded */
  load?(instances: readonly object[], request: VirtualLoad): Flow<readonly object[]>;
  /**
   * What is joined where a path of a query leads through the field; absent: no path can.
   *
   * @param model - the class that has the field
   */
  join?(model: unknown): VirtualJoin;
  /** Fills in columns before an instance is validated or saved. */
  fill?(instances: readonly object[], using: string): Flow<void>;
  /** Querysets of the rows that go when these instances are deleted. */
  dependents?(instances: readonly object[], using: string): Flow<readonly object[]>;

  /** A new field that is made as this one was, as each model binds one of its own. */
  abstract copy(): VirtualField;

  /** The copy of one model. */
  bind(name: string, modelLabel: string): VirtualField {
    checkIdentifier(name, `field ${modelLabel}.${name}`);
    const copy: VirtualField = this.copy();
    Object.freeze(Object.assign(copy, { name, modelLabel }));
    return copy;
  }

  /** `blog.Author.fullName`, for messages. */
  get label(): string {
    return `${this.modelLabel}.${this.name}`;
  }

  /** What an instance remembers for this field; undefined: nothing. `refreshFromDb()` forgets it. */
  protected recall(instance: object): unknown {
    return stateOf(asInstance(instance)).relation(this.name);
  }

  protected remember(instance: object, value: unknown): void {
    stateOf(asInstance(instance)).setRelation(this.name, value);
  }

  protected forget(instance: object): void {
    stateOf(asInstance(instance)).clearRelation(this.name);
  }

  /** The database that an instance was read from or saved to; null: none yet. */
  protected aliasOf(instance: object): string | null {
    return stateOf(asInstance(instance)).alias;
  }

  /**
   * The instances that came in the same result, to load for together.
   *
   * @throws NotLoadedError in the fetch mode "raise"
   */
  protected peersOf(instance: object): readonly object[] {
    const own = asInstance(instance);
    const { group } = stateOf(own);
    const mode = group?.fetchMode ?? metaOfInstance(own).options.fetchMode ?? settings.fetchMode;
    if (mode === "raise")
      throw new NotLoadedError(`${this.label} is not loaded, and the fetch mode is "raise": load it with prefetchRelated("${this.name}").`);
    return group?.peersOf(own) ?? [own];
  }
}

function asInstance(instance: object): ModelCore {
  // dorm hands the fields of a model nothing but its instances
  return instance as ModelCore;
}

/** @throws QueryError where the field cannot be assigned */
export function writeVirtual(field: VirtualField, instance: ModelCore, value: unknown): void {
  if (!field.write) throw new QueryError(`${field.label} cannot be assigned.`);
  field.write(instance, value);
}

/** Lets virtual fields fill in columns of instances of one model. */
export function* fillVirtual(fields: ReadonlyMap<string, VirtualField>, instances: readonly ModelCore[], alias: string): Flow<void> {
  for (const field of fields.values()) if (field.fill) yield* field.fill(instances, alias);
}
