const CONFIGURED = Symbol.for("dorm.engine.configured");

/** Where each copy of the package that was configured is loaded from, by an object that only it has. */
const globals = globalThis as { [CONFIGURED]?: Map<object, string> };
globals[CONFIGURED] ??= new Map();
const copies = globals[CONFIGURED];
const self = {};
// a bundle of CommonJS has no such address
const place: string = import.meta.url ?? "a bundle";

/** Notes that this copy of the package has settings. */
export function noteConfigured(): void {
  copies.set(self, place);
}

/**
 * What to say where this copy has no settings.
 *
 * @returns a sentence about the copies that have some; null where there are none
 */
export function otherCopies(): string | null {
  const others = [...copies].filter(([copy]) => copy !== self).map(([, where]) => where);
  if (others.length === 0) return null;
  return `Another copy of the package in this process is (${others.join(", ")}); this one is ${place}. Each copy has its own connections and transactions: \`npm ls dorm\` tells who brings it, and a program needs one.`;
}
