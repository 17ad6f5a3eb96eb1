import { ImproperlyConfigured } from "../errors.js";
import { defineChoiceLabels } from "./choice-labels.js";
import { GENERATES_CODE } from "./code-generation.js";
import { HYDRATE, ModelCore } from "./core.js";
import { defineFileAccessors } from "./file-accessors.js";
import { assignGivenRelations, initialValues } from "./initialize.js";
import { META, type ModelClass, type ModelMeta } from "./meta.js";
import { defineRelationAccessors } from "./relation-accessors.js";

/** Enters a constructor to see what a class does to the columns, without making a row of it. */
const PROBE = Symbol("dorm.models.probe");

/**
 * Makes the class that a user's model class extends. Its constructor takes the values of a row by their position, so
 * that every instance has the same hidden class; it is generated as text where the runtime allows that.
 *
 * @param meta - the model
 * @param parent - the abstract base that it extends, if any
 */
export function generateBase(meta: ModelMeta, parent: abstract new (...args: never[]) => ModelCore = ModelCore): ModelClass {
  const base = makeConstructor(meta, parent, GENERATES_CODE);
  Object.defineProperty(base, META, { value: meta });
  Object.defineProperty(base, "name", { value: meta.name });
  defineRelationAccessors(base.prototype, meta);
  defineFileAccessors(base.prototype, meta);
  defineChoiceLabels(base.prototype, meta);
  return base;
}

interface Helpers {
  readonly Parent: abstract new (...args: never[]) => ModelCore;
  readonly HYDRATE: symbol;
  /** The values of an instance that is made by hand. */
  readonly enter: (source: unknown, target: ModelClass) => readonly unknown[];
  /** What is left to do once it has them. */
  readonly finish: (instance: ModelCore, source: unknown) => void;
  readonly init: () => void;
}

/** Exported for the test that both forms behave alike. */
export function makeConstructor(meta: ModelMeta, parent: Helpers["Parent"], generated: boolean): ModelClass {
  let known: ModelClass | null = null;
  const enter = (source: unknown, target: ModelClass): readonly unknown[] => {
    if (source === PROBE) return meta.fields.map(() => PROBE);
    if (target !== known) {
      checkClass(meta, target);
      known = target;
    }
    return initialValues(meta, source);
  };
  const finish = (instance: ModelCore, source: unknown): void => {
    if (source !== PROBE) assignGivenRelations(instance, meta, source);
  };
  const helpers: Helpers = { Parent: parent, HYDRATE, enter, finish, init: ModelCore.prototype.init };
  return generated ? generateClass(meta, helpers) : loopClass(meta, helpers);
}

function generateClass(meta: ModelMeta, helpers: Helpers): ModelClass {
  const assignments = meta.fields.map((field, index) => `this[${JSON.stringify(field.attname)}] = row[offset + ${index}];`).join("\n    ");
  const text = `"use strict";
return (Parent, HYDRATE, enter, finish, init) => class extends Parent {
  constructor(source, row, offset, group) {
    super(source, row, offset, group);
    const made = source !== HYDRATE;
    if (made) {
      row = enter(source, new.target);
      offset = 0;
    }
    ${assignments}
    if (made) finish(this, source);
    if (this.init !== init) this.init();
  }
};`;
  // the text above gives exactly this function
  const factory = new Function(text)() as (
    parent: unknown,
    hydrate: symbol,
    enter: Helpers["enter"],
    finish: Helpers["finish"],
    init: () => void,
  ) => ModelClass;
  return factory(helpers.Parent, helpers.HYDRATE, helpers.enter, helpers.finish, helpers.init);
}

/** The same without generated code. */
function loopClass(meta: ModelMeta, helpers: Helpers): ModelClass {
  const attnames = meta.fields.map((field) => field.attname);
  // TypeScript cannot extend an abstract constructor of unknown arguments; ModelCore's are these
  const Parent = helpers.Parent as unknown as new (...args: unknown[]) => ModelCore;
  const Base = class extends Parent {
    constructor(source?: unknown, row?: unknown, offset?: number, group?: unknown) {
      super(source, row, offset, group);
      const made = source !== HYDRATE;
      const values = this as unknown as Record<string, unknown>;
      // a hydrator that enters with HYDRATE hands over a row and its offset
      const list = made ? helpers.enter(source, new.target as unknown as ModelClass) : (row as readonly unknown[]);
      const start = made ? 0 : (offset as number);
      for (const [index, attname] of attnames.entries()) values[attname] = list[start + index];
      if (made) helpers.finish(this, source);
      if (this.init !== helpers.init) this.init();
    }
  };
  return Base as unknown as ModelClass;
}

const checked = new WeakSet<ModelClass>();

/**
 * What only shows when an instance is made: a constructor that does not pass its arguments on, and a field that is
 * declared again in the class (`name!: string`), which would wipe the column.
 *
 * @throws ImproperlyConfigured for either
 */
export function checkClass(meta: ModelMeta, modelClass: ModelClass): void {
  if (checked.has(modelClass)) return;
  meta.bindClass(modelClass);
  const probe = new modelClass(PROBE) as unknown as Record<string, unknown>;
  for (const field of meta.fields) {
    const value = probe[field.attname];
    if (value === PROBE) continue;
    if (Object.hasOwn(probe, field.attname) && value === undefined) {
      throw new ImproperlyConfigured(
        `${meta.label} declares "${field.attname}" again in its class, which wipes the column. Remove the declaration: the shape gives the property and its type.`,
      );
    }
    throw new ImproperlyConfigured(
      `${meta.label} has a constructor of its own or assigns "${field.attname}" while it is made. Override init() instead: it runs after construction and after loading.`,
    );
  }
  for (const name of [
    ...meta.foreignKeys.map((field) => field.name),
    ...meta.reverse.keys(),
    ...meta.manyToMany.map((field) => field.name),
    ...meta.virtual.keys(),
  ]) {
    if (Object.hasOwn(probe, name)) {
      throw new ImproperlyConfigured(
        `${meta.label} declares "${name}" again in its class, which hides the relation. Remove the declaration: the shape gives the property and its type.`,
      );
    }
  }
  checked.add(modelClass);
}
