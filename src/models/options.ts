import { ImproperlyConfigured } from "../errors.js";
import { didYouMean } from "../suggestions.js";
import type { Constraint, Index } from "./constraints.js";
import type { FetchMode } from "./state.js";

/** What a model says of itself besides its fields; the second argument of `Model(…)(shape, options)`. */
export interface MetaOptions {
  readonly dbTable?: string;
  readonly appLabel?: string;
  /** Names, `-name` for descending, `?` for random, or expressions. */
  readonly ordering?: readonly unknown[];
  readonly indexes?: readonly Index[];
  readonly constraints?: readonly Constraint[];
  readonly uniqueTogether?: readonly (readonly string[])[];
  /** False: the table is somebody else's; migrations and `createTables` leave it alone. */
  readonly managed?: boolean;
  readonly readOnly?: boolean;
  readonly getLatestBy?: string | readonly string[];
  readonly managers?: Readonly<Record<string, unknown>>;
  readonly defaultManagerName?: string;
  readonly fetchMode?: FetchMode;
  /** A column of whole numbers that every save() counts up, and that must still be as it was read. */
  readonly versionField?: string;
  readonly permissions?: readonly (readonly [string, string])[];
  readonly verboseName?: string;
  readonly verboseNamePlural?: string;
  readonly dbTableComment?: string;
}

const OPTION_NAMES: readonly (keyof MetaOptions)[] = [
  "dbTable",
  "appLabel",
  "ordering",
  "indexes",
  "constraints",
  "uniqueTogether",
  "managed",
  "readOnly",
  "getLatestBy",
  "managers",
  "defaultManagerName",
  "fetchMode",
  "versionField",
  "permissions",
  "verboseName",
  "verboseNamePlural",
  "dbTableComment",
];

/** Options that a child takes over from its abstract base unless it names them itself. */
export function inheritOptions(parent: MetaOptions, own: MetaOptions): MetaOptions {
  const { dbTable: _table, ...inherited } = parent;
  const managers = { ...parent.managers, ...own.managers };
  return { ...inherited, ...own, ...(Object.keys(managers).length > 0 ? { managers } : {}) };
}

/** @throws ImproperlyConfigured for an option that does not exist */
export function checkOptionNames(label: string, options: MetaOptions): void {
  for (const name of Object.keys(options)) {
    if (!(OPTION_NAMES as readonly string[]).includes(name)) {
      throw new ImproperlyConfigured(`${label}: unknown Meta option "${name}". ${didYouMean(name, OPTION_NAMES)}`.trim());
    }
  }
}
