import type { Dialect } from "./dialect.js";
import type { ConstantNode, OutputType, ParameterListNode, ParameterNode } from "./nodes.js";

type Convert = (value: unknown) => unknown;

/** How one placeholder gets its value when the statement runs. */
export interface Binder {
  /** The value's place among the query's values; -1 for a constant. */
  readonly slot: number;
  readonly constant?: unknown;
  readonly convert: Convert | null;
  /** How many placeholders a list fills; null: the whole list is one parameter. Absent for a single value. */
  readonly spread?: number | null;
  /** Which items of a list are sent; null or absent: all that are not null. */
  readonly keeps?: ((item: unknown) => boolean) | null;
}

/** The placeholders of one statement in the order of its text, and what fills them; or literals in their places. */
export class Parameters {
  readonly binders: Binder[] = [];
  readonly #dialect: Dialect;
  /** The values of the query where they are written into the text, as DDL takes no parameters; else null. */
  readonly #literals: readonly unknown[] | null;
  readonly #texts = new Map<ParameterNode | ParameterListNode | ConstantNode, string>();

  constructor(dialect: Dialect, literals: readonly unknown[] | null) {
    this.#dialect = dialect;
    this.#literals = literals;
  }

  /**
   * The text of a value. Where placeholders have numbers, a value that stands in several places is one of them, so that
   * what is grouped by can be ordered by.
   */
  text(node: ParameterNode | ParameterListNode | ConstantNode): string {
    if (!this.#dialect.features.numberedPlaceholders) return this.#make(node);
    let text = this.#texts.get(node);
    if (text === undefined) {
      text = this.#make(node);
      this.#texts.set(node, text);
    }
    return text;
  }

  /** The placeholder of a value that is known. */
  bound(value: unknown): string {
    this.binders.push({ slot: -1, constant: value, convert: null });
    return this.#dialect.placeholder(this.#position());
  }

  /** `left IN (list of any length)`, with the list in one parameter. */
  inList(left: string, { slot, prepare, output, keeps }: ParameterListNode): string {
    const codec = output && this.#dialect.codec(output.storage);
    const encode = this.#converter(prepare, output);
    const encodeList = (items: unknown): unknown => {
      const list: unknown[] = [];
      // the fingerprint admits only arrays to a list's slot
      for (const item of items as readonly unknown[])
        if (item !== null && (!keeps || keeps(item))) list.push(encode ? encode(item) : this.#dialect.encodeUntyped(item));
      return this.#dialect.encodeList(list);
    };
    this.binders.push({ slot, convert: encodeList });
    return this.#dialect.inList(left, this.#dialect.placeholder(this.#position()), codec?.castType ?? codec?.columnType ?? "text");
  }

  #make(node: ParameterNode | ParameterListNode | ConstantNode): string {
    switch (node.kind) {
      case "parameter":
        return this.#parameter(node);
      case "parameterList":
        return this.#list(node);
      case "constant":
        return this.#constant(node);
    }
  }

  #parameter({ slot, prepare, output, cast }: ParameterNode): string {
    const convert = this.#converter(prepare, output);
    if (this.#literals !== null) {
      const value = this.#literals[slot];
      return this.#dialect.literal(convert ? convert(value) : value);
    }
    this.binders.push({ slot, convert });
    return this.#typed(this.#dialect.placeholder(this.#position()), output, cast);
  }

  #constant(node: ConstantNode): string {
    if (node.value === null) return "NULL";
    const convert = this.#converter(null, node.output);
    const value = convert ? convert(node.value) : node.value;
    return this.#literals !== null ? this.#dialect.literal(value) : this.#typed(this.bound(value), node.output, node.cast ?? false);
  }

  #list(node: ParameterListNode): string {
    const length = node.length ?? 0;
    const convert = this.#converter(node.prepare, node.output) ?? ((value: unknown) => this.#dialect.encodeUntyped(value));
    this.binders.push({ slot: node.slot, convert, spread: length, keeps: node.keeps ?? null });
    const first = this.#position() - length + 1;
    const placeholders = Array.from({ length }, (_, index) =>
      this.#typed(this.#dialect.placeholder(first + index), node.output, node.cast ?? false),
    );
    return `(${placeholders.join(", ")})`;
  }

  /** The number of the last placeholder: a spread binder fills several. */
  #position(): number {
    let position = 0;
    for (const binder of this.binders) position += binder.spread ?? 1;
    return position;
  }

  #typed(placeholder: string, output: OutputType | null, cast: boolean): string {
    const codec = output && this.#dialect.codec(output.storage);
    if (!codec || !(cast || codec.castAlways)) return placeholder;
    return this.#dialect.castParameter(placeholder, codec.castType ?? codec.columnType);
  }

  #converter(prepare: Convert | null, output: OutputType | null): Convert | null {
    // a codec is only called with values of its own field: `prepare` has made them so
    const encode = output && (this.#dialect.codec(output.storage).encode as Convert | null);
    const checked = output ? encode : (value: unknown) => this.#dialect.encodeUntyped(value);
    if (!prepare) return checked && ((value) => (value === null ? null : checked(value)));
    if (!checked) return prepare;
    return (value) => {
      const prepared = prepare(value);
      return prepared === null ? null : checked(prepared);
    };
  }
}

/** The parameters of a statement, from the values of one query. */
export function bindParameters(binders: readonly Binder[], values: readonly unknown[]): unknown[] {
  const parameters: unknown[] = [];
  for (const { slot, convert, constant, spread, keeps } of binders) {
    if (slot < 0) parameters.push(constant);
    else if (spread === undefined) parameters.push(convert === null ? values[slot] : convert(values[slot]));
    else {
      // the fingerprint admits only arrays to a list's slot
      const items = (values[slot] as readonly unknown[]).filter((item) => item !== null && (!keeps || keeps(item)));
      const last = items.length - 1;
      for (let index = 0; index < (spread ?? 0); index++) {
        const item = items[Math.min(index, last)];
        parameters.push(convert === null ? item : convert(item));
      }
    }
  }
  return parameters;
}
