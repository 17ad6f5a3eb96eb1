/** Which models were written lately, and where: their reads go to the same database until it has surely been replicated. */
export class StickyReads {
  readonly #written = new Map<string, { readonly alias: string; readonly until: number }>();

  /**
   * @param label - the model's label
   * @param alias - where it was written
   * @param windowSeconds - for how long its reads follow
   */
  remember(label: string, alias: string, windowSeconds: number): void {
    this.#written.set(label, { alias, until: performance.now() + windowSeconds * 1000 });
  }

  /** @returns the alias that reads of the model must go to, or null */
  aliasFor(label: string): string | null {
    const entry = this.#written.get(label);
    if (entry === undefined) return null;
    if (performance.now() < entry.until) return entry.alias;
    this.#written.delete(label);
    return null;
  }

  clear(): void {
    this.#written.clear();
  }
}
