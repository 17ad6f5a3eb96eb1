/** Something that `dorm doctor` has to say. A warning fails a build; a note does not. */
export interface Finding {
  readonly level: "warning" | "note";
  /** A word for machines. */
  readonly code: string;
  readonly message: string;
  /** What to do about it. */
  readonly advice: string;
}
