import { FieldError, NON_FIELD_ERRORS, QueryError, ValidationError } from "../errors.js";
import type { FieldDefinition } from "../fields/field.js";
import { didYouMean } from "../suggestions.js";
import { attributesOf } from "./attributes.js";
import { isInstance, type ModelCore } from "./core.js";
import { isExpression } from "./expression-brand.js";
import type { ModelMeta } from "./meta.js";
import { PendingValue } from "./pending.js";

/** What is left out of a validation. */
export interface CleanOptions {
  readonly exclude?: readonly string[];
  readonly validateUnique?: boolean;
  readonly validateConstraints?: boolean;
}

/** Messages of several validations by field, to be thrown as one. */
export class ErrorCollector {
  readonly #model: string;
  readonly #messages: Record<string, string[]> = {};
  readonly #codes: Record<string, string[]> = {};

  constructor(model: string) {
    this.#model = model;
  }

  add(field: string | null, message: string, code: string | null = null): void {
    const key = field ?? NON_FIELD_ERRORS;
    append(this.#messages, key, message);
    if (code !== null) append(this.#codes, key, code);
  }

  /** Takes the messages of an error of validation. @throws any other error */
  merge(error: unknown): void {
    if (!(error instanceof ValidationError)) throw error;
    for (const [field, messages] of Object.entries(error.errors)) for (const message of messages) append(this.#messages, field, message);
    for (const [field, codes] of Object.entries(error.codes)) for (const code of codes) append(this.#codes, field, code);
  }

  /** The fields with messages. */
  get fields(): readonly string[] {
    return Object.keys(this.#messages).filter((name) => name !== NON_FIELD_ERRORS);
  }

  /** @throws ValidationError where there are messages */
  throwAll(): void {
    if (Object.keys(this.#messages).length > 0) throw new ValidationError(this.#messages, { model: this.#model, codes: this.#codes });
  }
}

function append(lists: Record<string, string[]>, key: string, text: string): void {
  const list = lists[key];
  if (list) list.push(text);
  else lists[key] = [text];
}

/**
 * The fields that a validation leaves out, by their own names.
 *
 * @throws FieldError for a name that is no field
 */
export function excludedFields(meta: ModelMeta, names: readonly string[] = []): Set<string> {
  const excluded = new Set<string>();
  for (const name of names) {
    const field = meta.findColumn(name);
    if (field) excluded.add(field.name);
    else if (meta.hasName(name)) excluded.add(name);
    else throw new FieldError(`exclude: ${meta.label} has no field "${name}". ${didYouMean(name, meta.fieldNames())}`.trim());
  }
  return excluded;
}

/** Whether nothing is to be said of a value yet: the database fills it, or it is not there to be looked at. */
function isLeftToDatabase(field: FieldDefinition, value: unknown): boolean {
  if (field.generated || value instanceof PendingValue || isExpression(value)) return true;
  return value === null && (field.auto || Object.hasOwn(field.options, "dbDefault"));
}

/**
 * Checks each field by itself, as Django's `clean_fields`: values are coerced and put back.
 *
 * @throws ValidationError with all messages by field
 */
export function cleanFields(instance: ModelCore, meta: ModelMeta, excluded: ReadonlySet<string>): void {
  const values = attributesOf(instance);
  const errors = new ErrorCollector(meta.label);
  for (const field of meta.fields) {
    const value = values[field.attname];
    if (excluded.has(field.name) || isLeftToDatabase(field, value)) continue;
    try {
      const coerced = field.coerce(value);
      field.validate(coerced);
      values[field.attname] = coerced;
    } catch (error) {
      errors.merge(error);
    }
  }
  errors.throwAll();
}

/** One thing that is wrong with an input. */
export interface InputIssue {
  readonly message: string;
  readonly path: readonly string[];
}

/**
 * Checks the values for a new object without making one or asking the database: every field's own rules, fields that
 * are missing, and names that are none.
 *
 * @returns the coerced values, or what is wrong
 */
export function checkInput(
  meta: ModelMeta,
  input: unknown,
): { readonly value: Record<string, unknown> } | { readonly issues: readonly InputIssue[] } {
  if (typeof input !== "object" || input === null || Array.isArray(input)) {
    return { issues: [{ message: `expected an object with the values of a ${meta.name}`, path: [] }] };
  }
  const issues: InputIssue[] = [];
  const value: Record<string, unknown> = {};
  const rest = new Map<string, unknown>(Object.entries(input).filter(([, given]) => given !== undefined));
  for (const field of meta.fields) {
    const names = [...new Set([field.name, field.attname])].filter((name) => rest.has(name));
    const [name] = names;
    if (names.length > 1) issues.push({ message: `give "${field.name}" or "${field.attname}", not both`, path: [field.name] });
    else if (name !== undefined) checkValue(field, name, rest.get(name), value, issues);
    else if (!field.null && !field.filledByItself && !(meta.keyFields.includes(field) && rest.has("pk")))
      issues.push({ message: "this field is required", path: [field.name] });
    for (const taken of names) rest.delete(taken);
  }
  if (rest.has("pk")) value.pk = rest.get("pk");
  rest.delete("pk");
  for (const name of rest.keys()) {
    const message = meta.hasName(name)
      ? "relations to many are set after the object is saved"
      : `there is no such field. ${didYouMean(name, meta.fieldNames())}`.trim();
    issues.push({ message, path: [name] });
  }
  return issues.length > 0 ? { issues } : { value };
}

function checkValue(field: FieldDefinition, name: string, given: unknown, into: Record<string, unknown>, issues: InputIssue[]): void {
  if (field.generated) {
    issues.push({ message: "the database computes this field", path: [name] });
    return;
  }
  // an object of a relation, or an expression, is checked when it is saved
  if (isInstance(given) || given instanceof PendingValue || isExpression(given)) {
    into[name] = given;
    return;
  }
  try {
    const coerced = field.coerce(given);
    field.validate(coerced);
    into[name] = coerced;
  } catch (error) {
    if (!(error instanceof ValidationError) && !(error instanceof QueryError)) throw error;
    for (const message of error instanceof ValidationError ? error.messages : [error.message]) issues.push({ message, path: [name] });
  }
}
