/** Where a function or a class of the user's can be imported from. */
export interface Reference {
  /** The module, as the new file imports it: "../models.ts". */
  readonly module: string;
  /** The name that the module exports. */
  readonly name: string;
}

/** The imports of a file that is being written. */
export class Imports {
  readonly #names = new Map<string, Map<string, string>>();
  readonly #taken = new Map<string, string>();

  /**
   * Imports a name, once.
   *
   * @returns the name to use, which differs where another module's export has it already
   */
  add(module: string, name: string): string {
    const known = this.#names.get(module)?.get(name);
    if (known !== undefined) return known;
    const owner = `${module}\0${name}`;
    let local = name === "default" ? "imported" : name;
    for (let number = 2; this.#taken.has(local) && this.#taken.get(local) !== owner; number++) local = `${name}${number}`;
    this.#taken.set(local, owner);
    const names = this.#names.get(module) ?? new Map<string, string>();
    this.#names.set(module, names.set(name, local));
    return local;
  }

  /** The import statements, packages before files, each sorted. */
  toString(): string {
    const modules = [...this.#names].sort(
      ([left], [right]) => Number(left.startsWith(".")) - Number(right.startsWith(".")) || (left < right ? -1 : 1),
    );
    return modules.map(([module, names]) => importLine(module, names)).join("");
  }
}

function importLine(module: string, names: ReadonlyMap<string, string>): string {
  const parts = [...names]
    .sort(([left], [right]) => compareNames(left, right))
    .map(([name, local]) => (name === local ? name : `${name} as ${local}`));
  const line = `import { ${parts.join(", ")} } from ${JSON.stringify(module)};`;
  return line.length <= 140 ? `${line}\n` : `import {\n${parts.map((part) => `  ${part},\n`).join("")}} from ${JSON.stringify(module)};\n`;
}

/** Without regard to case first, so that the order is that of an alphabet. */
function compareNames(left: string, right: string): number {
  const [a, b] = [left.toLowerCase(), right.toLowerCase()];
  return a < b ? -1 : a > b ? 1 : left < right ? -1 : 1;
}
