import { MigrationError } from "../../errors.js";
import type { FieldDefinition } from "../../fields/field.js";
import type { CompositePrimaryKeyDefinition, ManyToManyDefinition } from "../../fields/relations.js";
import type { Constraint, Index } from "../../models/constraints.js";
import type { MetaOptions } from "../../models/options.js";
import { didYouMean } from "../../suggestions.js";

/** An entry of a model in a state: a field without its model, whose targets are labels. */
export type StateField = FieldDefinition | ManyToManyDefinition | CompositePrimaryKeyDefinition;

/**
 * The options of a model that migrations keep. What only code uses (the mode of loading, managers whose class does not say
 * `useInMigrations`) is not among them.
 */
export type StateOptions = Omit<MetaOptions, "appLabel" | "defaultManagerName" | "fetchMode">;

/**
 * One model at one time, as data. Immutable: each change gives a new one.
 *
 * @example
 * const state = new ModelState("library", "Reader", new Map());
 * console.log(state.label); // → library.Reader
 */
export class ModelState {
  /** The app. */
  readonly app: string;
  /** The model's name without the app. */
  readonly name: string;
  /** The fields by name, in their order. */
  readonly fields: ReadonlyMap<string, StateField>;
  /** The Meta options. */
  readonly options: StateOptions;

  constructor(app: string, name: string, fields: ReadonlyMap<string, StateField>, options: StateOptions = {}) {
    this.app = app;
    this.name = name;
    this.fields = fields;
    this.options = options;
  }

  /** `blog.Author`, or `Author` without an app. */
  get label(): string {
    return labelOf(this.app, this.name);
  }

  /** The indexes of its options. */
  get indexes(): readonly Index[] {
    return this.options.indexes ?? [];
  }

  /** The constraints of its options. */
  get constraints(): readonly Constraint[] {
    return this.options.constraints ?? [];
  }

  /** @throws MigrationError naming the model and what it has, where there is no such field */
  field(name: string): StateField {
    const field = this.fields.get(name);
    if (field === undefined)
      throw new MigrationError(`${this.label} has no field "${name}" at this point. ${didYouMean(name, this.fields.keys())}`.trim());
    return field;
  }

  /** The model under another name. */
  renamed(name: string): ModelState {
    return new ModelState(this.app, name, this.fields, this.options);
  }

  /** The model with other fields. */
  withFields(fields: Iterable<readonly [string, StateField]>): ModelState {
    return new ModelState(this.app, this.name, new Map(fields), this.options);
  }

  /** The same with one field more, or another one in its place. */
  withField(name: string, field: StateField): ModelState {
    return this.withFields(
      [...this.fields].some(([known]) => known === name)
        ? [...this.fields].map(([known, old]) => [known, known === name ? field : old])
        : [...this.fields, [name, field]],
    );
  }

  /** The model without one of its fields. */
  withoutField(name: string): ModelState {
    return this.withFields([...this.fields].filter(([known]) => known !== name));
  }

  /** The same with some options changed; an undefined or empty one is as if it had never been given. */
  withOptions(changes: { readonly [Name in keyof StateOptions]?: StateOptions[Name] | undefined }): ModelState {
    const options = Object.entries({ ...this.options, ...changes }).filter(
      ([, value]) => value !== undefined && !(Array.isArray(value) && value.length === 0),
    );
    // the entries of two records of options are options
    return new ModelState(this.app, this.name, this.fields, Object.fromEntries(options) as StateOptions);
  }
}

/** The label of a model of an app: `blog.Author`. */
export function labelOf(app: string, name: string): string {
  return app === "" ? name : `${app}.${name}`;
}

/** The app of a label, and the model's name. */
export function splitLabel(label: string): readonly [app: string, name: string] {
  const dot = label.lastIndexOf(".");
  return dot < 0 ? ["", label] : [label.slice(0, dot), label.slice(dot + 1)];
}
