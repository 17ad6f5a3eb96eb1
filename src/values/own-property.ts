/**
 * Sets a property whose name is not known before: `__proto__` becomes a property as any other, where an assignment would
 * change the prototype.
 */
export function setOwnProperty(target: object, name: string, value: unknown): void {
  if (name === "__proto__") Object.defineProperty(target, name, { value, writable: true, enumerable: true, configurable: true });
  else Reflect.set(target, name, value);
}
