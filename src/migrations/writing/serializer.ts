import { MigrationError } from "../../errors.js";
import { isField } from "../../fields/field.js";
import { Decimal, isDuration, JSONNull, Range } from "../../fields/index.js";
import { CompositePrimaryKeyDefinition, ManyToManyDefinition } from "../../fields/relations.js";
import { isDescribedValidator } from "../../fields/validators.js";
import { isStorage } from "../../storage/storage.js";
import { type Code, callCode, entry, listCode, objectCode, wrapped } from "./code.js";
import { expressionCode, isWritable } from "./expression-code.js";
import type { Imports, Reference } from "./imports.js";
import { literalResult } from "./literal-function.js";
import { publicNameOf } from "./public-names.js";

/** Where generated files import from. */
export const MIGRATIONS_MODULE = "dorm/migrations";

/** Finds the module that exports a function or a class of the user's. */
export type ReferenceFinder = (value: unknown) => Reference | undefined;

/** Writes values as TypeScript that makes them again, and collects what that needs to import. */
export class Serializer {
  readonly #imports: Imports;
  readonly #findReference: ReferenceFinder;

  constructor(imports: Imports, findReference: ReferenceFinder = () => undefined) {
    this.#imports = imports;
    this.#findReference = findReference;
  }

  /** The name of something that dorm exports, imported. */
  own(name: string): string {
    return this.#imports.add(MIGRATIONS_MODULE, name);
  }

  /** A call of something that dorm exports. */
  call(name: string, args: readonly unknown[], where: string): Code {
    return callCode(
      this.own(name),
      args.map((arg) => this.code(arg, where)),
    );
  }

  /**
   * A value as code.
   *
   * @param value - anything that a field, an option or an operation has
   * @param where - what it belongs to, for the message: "blog.Author.age"
   * @throws MigrationError for what cannot be written, saying what to do
   */
  code(value: unknown, where: string): Code {
    switch (typeof value) {
      case "string":
        return JSON.stringify(value);
      case "number":
        return Object.is(value, -0) ? "-0" : String(value);
      case "bigint":
        return `${value}n`;
      case "boolean":
        return String(value);
      case "undefined":
        return "undefined";
      case "function":
        return this.#functionCode(value, where);
      case "object":
        return value === null ? "null" : this.#objectCode(value, where);
      default:
        throw unwritable(`a ${typeof value}`, where);
    }
  }

  /** The entries of a plain object; undefined ones are left out. */
  entries(record: object, where: string): Code[] {
    return Object.entries(record)
      .filter(([, value]) => value !== undefined)
      .map(([key, value]) => entry(key, this.code(value, `${where}, ${key}`)));
  }

  #functionCode(value: unknown, where: string): Code {
    if (isDescribedValidator(value)) {
      const { kind, args } = value.deconstruct();
      return this.call(kind, args, where);
    }
    const name = publicNameOf(value);
    if (name !== undefined) return this.own(name);
    const reference = this.#findReference(value);
    if (reference !== undefined) return this.#imports.add(reference.module, reference.name);
    const literal = literalResult(value);
    if (literal !== null) return this.#literalFunction(literal[0], where);
    throw unwritable(
      `the function ${functionName(value)}`,
      where,
      "Export it from the file that has it (the app's models file, or the migration's own file for RunCode), so that the migration can import it.",
    );
  }

  #literalFunction(result: unknown, where: string): Code {
    const isRecord = typeof result === "object" && result !== null && !Array.isArray(result);
    return wrapped(isRecord ? "() => (" : "() => ", this.code(result, where), isRecord ? ")" : "");
  }

  #objectCode(value: object, where: string): Code {
    if (Array.isArray(value)) return listCode(value.map((item) => this.code(item, where)));
    if (isField(value)) return this.fieldCode(value, where);
    if (value instanceof ManyToManyDefinition) {
      const options = this.entries(value.options, where);
      return callCode(this.own("ManyToManyField"), [this.code(value.to, where), ...(options.length > 0 ? [objectCode(options)] : [])]);
    }
    if (value instanceof CompositePrimaryKeyDefinition) return this.call("CompositePrimaryKey", value.names, where);
    if (value instanceof Date) return `new Date(${JSON.stringify(value.toISOString())})`;
    if (value instanceof RegExp) return String(value);
    if (value instanceof Uint8Array) return `new Uint8Array([${[...value].join(", ")}])`;
    if (Decimal.isDecimal(value)) return `new ${this.own("Decimal")}(${JSON.stringify(value.toString())})`;
    if (value === JSONNull) return this.own("JSONNull");
    if (isDuration(value)) return this.call("Duration", [{ milliseconds: Number(value) }], where);
    if (value instanceof Range) return this.#rangeCode(value, where);
    if (isWritable(value)) return expressionCode(value, this, where);
    const kind: unknown = Reflect.get(value, "type");
    const factory = typeof kind === "string" ? SCHEMA_OBJECTS[kind] : undefined;
    if (factory !== undefined && Object.isFrozen(value)) {
      const { type: _type, ...rest } = value as { readonly type: string };
      return callCode(this.own(factory), [objectCode(this.entries(schemaObject(rest), where))]);
    }
    if (isStorage(value)) {
      throw unwritable(
        "a storage",
        where,
        "Name it in the setting storages and give its alias, or give an exported function that gives it.",
      );
    }
    const prototype: unknown = Object.getPrototypeOf(value);
    if (prototype === Object.prototype || prototype === null) return objectCode(this.entries(value, where));
    throw unwritable(`a ${value.constructor?.name ?? "object"}`, where);
  }

  /** A field as a call of its factory. */
  fieldCode(field: { deconstruct(): { kind: string; args: readonly unknown[]; options: object } }, where: string): Code {
    const { kind, args, options } = field.deconstruct();
    const written = this.entries(options, where);
    const positional = args.map((arg) => this.code(arg, where));
    return callCode(this.#factory(kind, field, where), [...positional, ...(written.length > 0 ? [objectCode(written)] : [])]);
  }

  #factory(kind: string, field: object, where: string): string {
    if (publicFactories.has(kind)) return this.own(kind);
    const reference = this.#findReference(field.constructor);
    if (reference !== undefined) return this.#imports.add(reference.module, reference.name);
    throw unwritable(`a field of the kind ${kind}`, where, "Export it from a module of the app.");
  }

  #rangeCode(range: Range<unknown>, where: string): Code {
    const { lower, upper, bounds, isEmpty } = range as Range<unknown> & { readonly bounds?: string; readonly isEmpty?: boolean };
    if (isEmpty === true) return `${this.own("Range")}.empty()`;
    return callCode(`new ${this.own("Range")}`, [this.code(lower, where), this.code(upper, where), this.code(bounds, where)]);
  }
}

const SCHEMA_OBJECTS: Readonly<Record<string, string>> = {
  index: "Index",
  unique: "UniqueConstraint",
  check: "CheckConstraint",
  exclusion: "ExclusionConstraint",
};

/** Expressions take the place of fields, which are an empty list then. */
function schemaObject(options: object): object {
  const { fields, ...rest } = options as { readonly fields?: readonly string[] };
  return fields === undefined || fields.length === 0 ? rest : { fields, ...rest };
}

const publicFactories = new Set([
  "AutoField",
  "BigAutoField",
  "SmallAutoField",
  "IntegerField",
  "BigIntegerField",
  "SmallIntegerField",
  "PositiveIntegerField",
  "PositiveBigIntegerField",
  "PositiveSmallIntegerField",
  "FloatField",
  "DecimalField",
  "BooleanField",
  "NullBooleanField",
  "CharField",
  "TextField",
  "CITextField",
  "EmailField",
  "SlugField",
  "URLField",
  "UUIDField",
  "DateField",
  "TimeField",
  "DateTimeField",
  "DurationField",
  "JSONField",
  "BinaryField",
  "EnumField",
  "ArrayField",
  "HStoreField",
  "GenericIPAddressField",
  "IPAddressField",
  "IntegerRangeField",
  "BigIntegerRangeField",
  "DecimalRangeField",
  "DateRangeField",
  "DateTimeRangeField",
  "GeneratedField",
  "FileField",
  "ImageField",
  "FilePathField",
  "ForeignKey",
  "OneToOneField",
]);

function functionName(value: unknown): string {
  const name: unknown = typeof value === "function" ? value.name : "";
  return typeof name === "string" && name !== "" ? `"${name}"` : "without a name";
}

function unwritable(
  what: string,
  where: string,
  way = "Use plain values, dates, decimals, fields, validators of dorm's own, or functions that a module exports.",
): MigrationError {
  return new MigrationError(`${where}: ${what} cannot be written into a migration. ${way}`);
}
