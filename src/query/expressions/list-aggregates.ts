import { QueryError } from "../../errors.js";
import { listOf } from "../output-fields.js";
import { OUTPUT } from "../value-output.js";
import { Aggregate, type AggregateDefinition, type AggregateOptions } from "./aggregates.js";

type AggregateFactory = (arg: unknown, options?: AggregateOptions) => Aggregate;

function define(definition: AggregateDefinition): AggregateFactory {
  return (arg, options) => new Aggregate(definition, [arg], options);
}

export const arrayAgg = define({ name: "ARRAY_AGG", output: (field) => listOf(field ?? OUTPUT.text) });
export const jsonbAgg = define({ name: "JSONB_AGG", output: () => OUTPUT.json });
export const boolAnd = define({ name: "BOOL_AND", output: () => OUTPUT.boolean });
export const boolOr = define({ name: "BOOL_OR", output: () => OUTPUT.boolean });
export const bitAnd = define({ name: "BIT_AND", output: (field) => field });
export const bitOr = define({ name: "BIT_OR", output: (field) => field });
export const bitXor = define({ name: "BIT_XOR", output: (field) => field });
export const mode = define({ name: "MODE", output: (field) => field });

/** A delimiter that is a text is part of the structure: PostgreSQL asks for the same expression wherever it stands. */
export function stringAgg(arg: unknown, delimiter: unknown, options?: AggregateOptions): Aggregate {
  if (typeof delimiter === "string") {
    return new Aggregate({ name: "STRING_AGG", output: () => OUTPUT.text, options: { delimiter } }, [arg], options);
  }
  if (delimiter === undefined || delimiter === null)
    throw new QueryError('StringAgg takes what stands between the values: StringAgg("name", ", ").');
  return new Aggregate({ name: "STRING_AGG", output: () => OUTPUT.text }, [arg, delimiter], options);
}

function percentile(name: string, continuous: boolean): (arg: unknown, fraction: unknown, options?: AggregateOptions) => Aggregate {
  return (arg, fraction, options) => {
    if (typeof fraction !== "number" || !(fraction >= 0 && fraction <= 1)) {
      throw new QueryError(
        `${continuous ? "PercentileCont" : "PercentileDisc"}: the fraction is a number from 0 to 1, not ${String(fraction)}.`,
      );
    }
    const output: AggregateDefinition["output"] = (field) =>
      continuous && field?.lookupFamily !== "duration" && field?.storage.kind !== "decimal" ? OUTPUT.float : field;
    return new Aggregate({ name, output, options: { fraction } }, [arg], options);
  };
}

export const percentileCont = percentile("PERCENTILE_CONT", true);
export const percentileDisc = percentile("PERCENTILE_DISC", false);
