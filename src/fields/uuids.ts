import { ImproperlyConfigured } from "../errors.js";
import type { CommonOptions, KnownOptions, Make, NoOptions } from "../types/field.js";
import { parseUuid, uuid4, uuid7 } from "../values/uuid.js";
import { ColumnDefinition } from "./column-definition.js";
import { describe } from "./describe-value.js";
import { publish } from "./field.js";

/** The options of UUIDs. */
export interface UUIDOptions extends CommonOptions<string> {
  /** Gives each new instance a UUID: 4 is random, 7 begins with the time. */
  readonly version?: 4 | 7;
}

/** UUIDs in small letters with hyphens. */
export class UUIDDefinition extends ColumnDefinition {
  readonly version: 4 | 7 | null;

  constructor(options: object) {
    super("UUIDField", "uuid", { kind: "uuid" }, options, { version: undefined });
    const version = this.option("version") ?? null;
    if (version !== null && version !== 4 && version !== 7) throw new ImproperlyConfigured('UUIDField: option "version" must be 4 or 7');
    if (version !== null && Object.hasOwn(this.options, "default")) {
      throw new ImproperlyConfigured('UUIDField: "version" sets the default, so give one of the two');
    }
    this.version = version;
  }

  override hasDefault(): boolean {
    return this.version !== null || super.hasDefault();
  }

  override getDefault(): unknown {
    if (this.version === null) return super.getDefault();
    return this.version === 7 ? uuid7() : uuid4();
  }

  protected convert(input: unknown): unknown {
    const uuid = typeof input === "string" ? parseUuid(input) : null;
    if (uuid === null) throw this.invalid(`${describe(input)} is not a UUID`);
    return uuid;
  }
}

/**
 * A UUID, as text in small letters with hyphens; other forms are brought into it, in filters too.
 *
 * @param options - `version` and the common options
 * @example
 * class Item extends Model<Item>("library.Item")({ id: UUIDField({ primaryKey: true, version: 7 }) }) {}
 * await createTables([Item]);
 * const item = await Item.objects.create({  });
 * console.log(item.id.length); // → 36
 */
export function UUIDField<const O extends UUIDOptions = NoOptions>(options?: O & KnownOptions<O, UUIDOptions>): Make<string, O, "uuid"> {
  return publish(new UUIDDefinition(options ?? {}));
}
