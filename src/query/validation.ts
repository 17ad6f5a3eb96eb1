import type { QueryResult, Statement } from "../drivers/driver.js";
import { dialectFor, execute } from "../engine/execute.js";
import type { Flow } from "../engine/flow.js";
import { call } from "../engine/run.js";
import { currentTimeZone } from "../fields/time-zone.js";
import { ModelCore, metaOfInstance } from "../models/core.js";
import { cleanFiles } from "../models/file-uploads.js";
import { type CleanOptions, ErrorCollector, excludedFields } from "../models/validation.js";
import { fillVirtual } from "../models/virtual-field.js";
import { bindParameters } from "../sql/parameters.js";
import { Renderer } from "../sql/renderer.js";
import { instanceAlias } from "./alias.js";
import { loadAllDeferred } from "./deferred-columns.js";
import { checkConstraints, type RowCheck, uniqueChecks } from "./row-checks.js";

/** Checks fields, `clean`, unique fields and constraints, in Django's order; all that is wrong is thrown at once. */
export function* fullClean(instance: ModelCore, options: CleanOptions = {}): Flow<void> {
  const meta = metaOfInstance(instance);
  const excluded = excludedFields(meta, options.exclude);
  yield* loadAllDeferred(instance, attnames(instance, excluded));
  if (meta.virtual.size > 0) yield* fillVirtual(meta.virtual, [instance], instanceAlias(instance, "write"));
  const errors = new ErrorCollector(meta.label);
  try {
    instance.cleanFields({ exclude: [...excluded] });
  } catch (error) {
    errors.merge(error);
  }
  yield* cleanFiles(instance, meta, excluded, errors);
  try {
    // also after errors of fields, as in Django; what clean() says belongs to its own fields
    yield call(() => instance.clean(), `clean() of ${meta.label}`);
  } catch (error) {
    errors.merge(error);
  }
  for (const name of errors.fields) if (meta.hasName(name)) excluded.add(name);
  const unique = options.validateUnique !== false;
  const constraints = options.validateConstraints !== false;
  const exclude = [...excluded];
  const ownUnique =
    instance.validateUnique !== ModelCore.prototype.validateUnique ||
    instance.validateUniqueSync !== ModelCore.prototype.validateUniqueSync;
  const ownConstraints =
    instance.validateConstraints !== ModelCore.prototype.validateConstraints ||
    instance.validateConstraintsSync !== ModelCore.prototype.validateConstraintsSync;
  try {
    if (unique && ownUnique)
      yield { perform: () => instance.validateUnique({ exclude }), performSync: () => instance.validateUniqueSync({ exclude }) };
  } catch (error) {
    errors.merge(error);
  }
  try {
    if (constraints && ownConstraints)
      yield { perform: () => instance.validateConstraints({ exclude }), performSync: () => instance.validateConstraintsSync({ exclude }) };
  } catch (error) {
    errors.merge(error);
  }
  const checks = [
    ...(unique && !ownUnique ? uniqueChecks(instance, excluded) : []),
    ...(constraints && !ownConstraints ? checkConstraints(instance, excluded) : []),
  ];
  yield* runChecks(instance, checks, errors);
  errors.throwAll();
}

/** Checks that unique fields, and fields that are unique together, are those of no other row; one query for all. */
export function* validateUnique(instance: ModelCore, options: CleanOptions = {}): Flow<void> {
  yield* validateRow(instance, options, uniqueChecks);
}

/** Checks the model's check and exclusion constraints, in the database's own words; one query for all. */
export function* validateConstraints(instance: ModelCore, options: CleanOptions = {}): Flow<void> {
  yield* validateRow(instance, options, checkConstraints);
}

function* validateRow(instance: ModelCore, options: CleanOptions, checks: typeof uniqueChecks): Flow<void> {
  const meta = metaOfInstance(instance);
  const excluded = excludedFields(meta, options.exclude);
  yield* loadAllDeferred(instance, attnames(instance, excluded));
  const errors = new ErrorCollector(meta.label);
  yield* runChecks(instance, checks(instance, excluded), errors);
  errors.throwAll();
}

function attnames(instance: ModelCore, excluded: ReadonlySet<string>): Set<string> {
  return new Set(
    metaOfInstance(instance)
      .fields.filter((field) => excluded.has(field.name))
      .map((field) => field.attname),
  );
}

const statements = new Map<string, Statement>();

/** One SELECT that says of each check whether it is violated. */
function* runChecks(instance: ModelCore, all: readonly RowCheck[], errors: ErrorCollector): Flow<void> {
  if (all.length === 0) return;
  const alias = instanceAlias(instance, "write");
  const dialect = dialectFor(alias);
  const checks = all.filter(({ isPossible }) => isPossible === undefined || isPossible(dialect));
  if (checks.length === 0) return;
  const renderer = new Renderer(dialect, { timeZone: currentTimeZone() });
  const sql = `SELECT ${checks.map(({ violated }) => `CASE WHEN ${renderer.node(violated)} THEN 1 ELSE 0 END`).join(", ")}`;
  let statement = statements.get(sql);
  if (!statement) {
    // instances differ in which columns are null, so that a model has several
    if (statements.size > 500) statements.clear();
    statement = { sql, kind: "select", returnsRows: true };
    statements.set(sql, statement);
  }
  // the value of an execute step is a QueryResult
  const { rows } = (yield execute(alias, statement, bindParameters(renderer.parameters.binders, []))) as QueryResult;
  for (const [index, { field, message, code }] of checks.entries()) if (Number(rows[0]?.[index]) === 1) errors.add(field, message, code);
}
