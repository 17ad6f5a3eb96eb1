import type { ModelMeta } from "./meta.js";

type ErrorClasses = Record<"DoesNotExist" | "MultipleObjectsReturned", new (message: string) => Error>;

function classesOf(meta: ModelMeta): ErrorClasses {
  // every model's class has its own two
  return meta.modelClass as unknown as ErrorClasses;
}

/** The model's own `DoesNotExist`. */
export function doesNotExist(meta: ModelMeta, message: string): Error {
  return new (classesOf(meta).DoesNotExist)(message);
}

/** The model's own `MultipleObjectsReturned`. */
export function multipleObjectsReturned(meta: ModelMeta, message: string): Error {
  return new (classesOf(meta).MultipleObjectsReturned)(message);
}
