/** What is under `~standard` in the interface of Standard Schema, version 1 (https://standardschema.dev). */
export interface StandardSchemaProps<Input, Output = Input> {
  /** The version of Standard Schema. */
  readonly version: 1;
  /** Whose schema it is. */
  readonly vendor: "dorm";
  /** The coerced values, or what is wrong with them; never a promise. */
  readonly validate: (value: unknown) => StandardSchemaResult<Output>;
  /** For the compiler: what goes in and what comes out. */
  readonly types?: { readonly input: Input; readonly output: Output } | undefined;
}
/** What `validate` gives: the value, or the issues. */
export type StandardSchemaResult<Output> =
  | { readonly value: Output; readonly issues?: undefined }
  | { readonly issues: readonly { readonly message: string; readonly path?: readonly PropertyKey[] | undefined }[] };
