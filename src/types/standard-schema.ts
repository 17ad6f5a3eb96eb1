/** What is under `~standard` in the interface of Standard Schema, version 1 (https://standardschema.dev). */
export interface StandardSchemaProps<Input, Output = Input> {
  readonly version: 1;
  readonly vendor: "dorm";
  /** The coerced values, or what is wrong with them; never a promise. */
  readonly validate: (value: unknown) => StandardSchemaResult<Output>;
  readonly types?: { readonly input: Input; readonly output: Output } | undefined;
}
export type StandardSchemaResult<Output> =
  | { readonly value: Output; readonly issues?: undefined }
  | { readonly issues: readonly { readonly message: string; readonly path?: readonly PropertyKey[] | undefined }[] };
