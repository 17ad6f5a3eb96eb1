import type { InspectedColumn, InspectedTable } from "./inspected-table.js";
import { isMemberName } from "./names.js";

/** A relation as seen from the model that it leads to. */
export interface Reverse {
  readonly name: string;
  readonly from: InspectedTable;
  readonly column: InspectedColumn;
}

function plural(name: string): string {
  if (/s$/.test(name)) return name;
  if (/(?:x|z|ch|sh)$/.test(name)) return `${name}es`;
  return /[^aeiou]y$/.test(name) ? `${name.slice(0, -1)}ies` : `${name}s`;
}

/**
 * Names for the other sides of relations: `orders` of a customer, `profile` where there is one; with the name of the field
 * before it where a model has several relations to another.
 *
 * @param isSingle - whether a relation is of one row at most
 * @returns the other sides by the table that they are of; a name that is taken there is left out
 */
export function reverseRelations(
  tables: readonly InspectedTable[],
  isSingle: (table: InspectedTable, column: InspectedColumn) => boolean,
): ReadonlyMap<string, readonly Reverse[]> {
  const found = new Map<string, Reverse[]>();
  for (const target of tables) {
    const taken = new Set([...target.fields.values()].flatMap(({ name }) => [name, `${name}Id`]));
    for (const from of tables) {
      const columns = [...from.fields.values()].filter(({ foreignKey }) => foreignKey?.table === target.info.name);
      for (const column of columns) {
        const own = `${from.className.charAt(0).toLowerCase()}${from.className.slice(1)}`;
        const base = columns.length > 1 ? `${column.name}${from.className}` : own;
        const name = isSingle(from, column) ? base : plural(base);
        if (taken.has(name) || isMemberName(name)) continue;
        taken.add(name);
        found.set(target.info.name, [...(found.get(target.info.name) ?? []), { name, from, column }]);
      }
    }
  }
  return found;
}
