import { ImproperlyConfigured, QueryError } from "../errors.js";
import { copyInstance } from "../models/copy.js";
import { metaOfInstance } from "../models/core.js";
import { assignValues } from "../models/initialize.js";
import type { ModelMeta } from "../models/meta.js";
import { installQueryPort } from "../models/query-port.js";
import { cleanFields, excludedFields } from "../models/validation.js";
import { installMetaOrder } from "./compile.js";
import { resolveConstant } from "./constants.js";
import { deleteInstance } from "./deletion.js";
import { Expression } from "./expression.js";
import "./expressions/arithmetic.js";
import { loadDeferred } from "./deferred-columns.js";
import { loadByKey, loadRelated } from "./lazy-loading.js";
import "./lookups/comparisons.js";
import "./lookups/containers.js";
import "./lookups/json.js";
import "./lookups/patterns.js";
import { ManagerBase } from "./manager.js";
import { orderEntry } from "./ordering.js";
import { saveInstance } from "./persistence.js";
import { Query } from "./query.js";
import { managerOf, QuerySetBase, type QuerySetClass } from "./queryset.js";
import { refreshInstance } from "./refresh.js";
import { relatedManager } from "./related-manager.js";
import { fullClean, validateConstraints, validateUnique } from "./validation.js";

const managers = new WeakMap<ModelMeta, QuerySetBase>();

/** The manager that a model has without writing one: kept until the shapes are forgotten. */
function managerFor(meta: ModelMeta): QuerySetBase {
  let manager = managers.get(meta);
  if (manager === undefined) {
    manager = managerOf(meta);
    managers.set(meta, manager);
  }
  return manager;
}

installQueryPort({
  manager: managerFor,
  bindManager(manager, meta) {
    if (manager instanceof QuerySetBase) return managerOf(meta, manager.constructor as QuerySetClass);
    if (typeof manager === "function" && manager.prototype instanceof ManagerBase) {
      // a class of managers takes a model and nothing else
      return new (manager as new (model: () => unknown) => ManagerBase)(() => meta.modelClass);
    }
    if (typeof manager === "function" && manager.prototype instanceof QuerySetBase) return managerOf(meta, manager as QuerySetClass);
    throw new ImproperlyConfigured(`${meta.label}: a manager is a class of querysets, or made by its asManager().`);
  },
  checkExpression(meta, expression) {
    if (!(expression instanceof Expression)) throw new QueryError('it is no expression, as F("name") and Lower("name") are');
    resolveConstant(expression, new Query(meta));
  },
  relatedManager,
  loadRelated,
  loadByKey,
  loadDeferred,
  save: saveInstance,
  delete: deleteInstance,
  assign: (instance, values) => assignValues(instance, metaOfInstance(instance), values),
  copy: copyInstance,
  cleanFields(instance, { exclude }) {
    const meta = metaOfInstance(instance);
    cleanFields(instance, meta, excludedFields(meta, exclude));
  },
  fullClean,
  validateUnique,
  validateConstraints,
  refresh: refreshInstance,
});

installMetaOrder((query) =>
  (query.meta.options.ordering ?? []).map((entry) => orderEntry(entry, (expression) => resolveConstant(expression, query))),
);
