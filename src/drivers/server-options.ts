import { ImproperlyConfigured } from "../errors.js";
import { didYouMean } from "../suggestions.js";

/** What a driver says of its options. */
export interface OptionRules<Name extends string> {
  /** The server's name in messages. */
  readonly title: string;
  readonly vendor: string;
  readonly known: readonly Name[];
  /** What the message of an unknown option says at its end. */
  readonly advice?: string;
}

/** The options of a database entry, by the names that the driver knows them by: `SSL_MODE` and `sslMode` are one. */
export class ServerOptions<Name extends string> {
  readonly #rules: OptionRules<Name>;
  readonly #given = new Map<Name, unknown>();

  /**
   * @param given - as the entry or its URL has them; what is undefined is not given
   * @throws ImproperlyConfigured for an option that the driver does not know
   */
  constructor(rules: OptionRules<Name>, given: Readonly<Record<string, unknown>>) {
    this.#rules = rules;
    for (const [name, value] of Object.entries(given)) if (value !== undefined) this.#given.set(this.#nameOf(name), value);
  }

  get(name: Name): unknown {
    return this.#given.get(name);
  }

  text(name: Name): string | undefined {
    const value = this.#given.get(name);
    return value === undefined ? undefined : String(value);
  }

  flag(name: Name): boolean {
    return /^(true|1|on|yes)$/i.test(this.text(name) ?? "");
  }

  /** @throws ImproperlyConfigured for what is no number from zero up */
  number(name: Name): number | null {
    const value = this.#given.get(name);
    if (value === undefined) return null;
    const number = typeof value === "string" && value.trim() !== "" ? Number(value) : value;
    if (typeof number === "number" && Number.isFinite(number) && number >= 0) return number;
    throw this.problem(name, "a number", value);
  }

  /** The error of a value that an option cannot have. */
  problem(name: Name, expected: string, value: unknown): ImproperlyConfigured {
    const { title, vendor } = this.#rules;
    return new ImproperlyConfigured(`The option "${name}" of ${title} must be ${expected}, not ${JSON.stringify(value)}.`, {
      code: "invalid_setting",
      vendor,
    });
  }

  #nameOf(given: string): Name {
    const { title, vendor, known, advice } = this.#rules;
    const simplified = given.toLowerCase().replaceAll(/[_-]/g, "");
    const name = known.find((each) => each.toLowerCase() === simplified);
    if (name !== undefined) return name;
    throw new ImproperlyConfigured(
      [`${title} has no option "${given}" here.`, didYouMean(given, known), advice].filter(Boolean).join(" "),
      { code: "unknown_setting", vendor },
    );
  }
}
