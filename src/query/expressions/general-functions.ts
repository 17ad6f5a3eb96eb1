import { ImproperlyConfigured, QueryError } from "../../errors.js";
import { type FieldDefinition, isField } from "../../fields/field.js";
import type { Node } from "../../sql/nodes.js";
import { Expression, type ResolveContext } from "../expression.js";
import type { Fingerprint } from "../shape.js";
import { OUTPUT } from "../value-output.js";
import { commonOutput } from "./common-output.js";
import { always, defineFunction, FunctionCall, type FunctionDefinition, sameAsFirst, withDefinition } from "./functions.js";
import { argument, fieldToken } from "./references.js";

const MANY = Number.POSITIVE_INFINITY;

export const coalesce = defineFunction({ name: "COALESCE", minimum: 1, maximum: MANY, output: (args) => commonOutput(args, "Coalesce") });
export const greatest = defineFunction({ name: "GREATEST", minimum: 2, maximum: MANY, output: (args) => commonOutput(args, "Greatest") });
export const least = defineFunction({ name: "LEAST", minimum: 2, maximum: MANY, output: (args) => commonOutput(args, "Least") });
export const nullIf = defineFunction({ name: "NULLIF", minimum: 2, maximum: 2, output: sameAsFirst });
export const now = defineFunction({ name: "NOW", minimum: 0, maximum: 0, output: always(OUTPUT.datetime) });

/** A value as the type of another field. */
class CastExpression extends Expression {
  readonly source: Expression;
  readonly outputField: FieldDefinition;

  constructor(source: Expression, outputField: FieldDefinition) {
    super();
    this.source = source;
    this.outputField = outputField;
  }

  fingerprint(print: Fingerprint): void {
    print.token("Cast");
    print.token(fieldToken(this.outputField));
    this.source.fingerprint(print);
  }

  resolve(context: ResolveContext): Node {
    return { kind: "cast", operand: this.source.resolve(context), output: this.outputField };
  }
}

export function cast(source: unknown, outputField: unknown): Expression {
  if (!isField(outputField)) {
    throw new ImproperlyConfigured(`Cast takes a field for the type, as in Cast("age", TextField()), not ${describe(outputField)}.`);
  }
  return new CastExpression(argument(source), outputField);
}

function describe(given: unknown): string {
  return typeof given === "string" ? `"${given}"` : String(given);
}

const JSON_OBJECT: FunctionDefinition = { name: "JSON_OBJECT", minimum: 0, maximum: MANY, output: always(OUTPUT.json) };

export const jsonObject = withDefinition(JSON_OBJECT, (members: unknown): FunctionCall => {
  if (typeof members !== "object" || members === null || Object.getPrototypeOf(members) !== Object.prototype) {
    throw new QueryError(`JSONObject takes an object of expressions, as in JSONObject({ name: "name" }), not ${describe(members)}.`);
  }
  return new FunctionCall(JSON_OBJECT, Object.values(members), null, { keys: Object.keys(members) }, [members]);
});
