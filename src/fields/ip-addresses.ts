import { ImproperlyConfigured } from "../errors.js";
import type { CommonOptions, KnownOptions, Make, NoOptions } from "../types/field.js";
import { normalizeIpAddress, unpackIpv4 } from "../values/ip-address.js";
import { ColumnDefinition } from "./column-definition.js";
import { describe } from "./describe-value.js";
import { publish } from "./field.js";

type Protocol = "both" | "ipv4" | "ipv6";

/** The options of addresses of both protocols. */
export interface GenericIPAddressOptions extends CommonOptions<string> {
  /** "both" unless given. */
  readonly protocol?: Protocol;
  /** Turns `::ffff:1.2.3.4` into `1.2.3.4`; with protocol "both" only. */
  readonly unpackIpv4?: boolean;
}

/** IP addresses in their one form. */
export class IPAddressDefinition extends ColumnDefinition {
  private readonly protocol: Protocol;
  private readonly unpacksIpv4: boolean;

  constructor(kind: string, options: object, ownDefaults: Readonly<Record<string, unknown>>) {
    super(kind, "inet", { kind: "inet" }, options, ownDefaults);
    const protocol = this.option("protocol") ?? "ipv4";
    if (protocol !== "both" && protocol !== "ipv4" && protocol !== "ipv6") {
      throw new ImproperlyConfigured(`${kind}: option "protocol" must be "both", "ipv4" or "ipv6"`);
    }
    this.protocol = protocol;
    this.unpacksIpv4 = this.option("unpackIpv4") === true;
    if (this.unpacksIpv4 && protocol !== "both") throw new ImproperlyConfigured(`${kind}: unpackIpv4 needs protocol "both"`);
  }

  protected convert(input: unknown): unknown {
    const address = typeof input === "string" ? normalizeIpAddress(input) : null;
    const version = address?.includes(":") === true ? "ipv6" : "ipv4";
    if (address === null || (this.protocol !== "both" && this.protocol !== version)) {
      const expected = this.protocol === "both" ? "an IP address" : `an ${this.protocol === "ipv4" ? "IPv4" : "IPv6"} address`;
      throw this.invalid(`${describe(input)} is not ${expected}`);
    }
    return this.unpacksIpv4 ? (unpackIpv4(address) ?? address) : address;
  }
}

/**
 * An IPv4 address, as text.
 *
 * @param options - the common options
 * @example
 * class Item extends Model<Item>("library.Item")({ address: IPAddressField() }) {}
 * await createTables([Item]);
 * const item = await Item.objects.create({ address: "192.0.2.1" });
 * console.log(item.address); // → 192.0.2.1
 */
export function IPAddressField<const O extends CommonOptions<string> = NoOptions>(
  options?: O & KnownOptions<O, CommonOptions<string>>,
): Make<string, O, "inet"> {
  return publish(new IPAddressDefinition("IPAddressField", options ?? {}, {}));
}

/**
 * An IPv4 or IPv6 address, as text in its one form: `2001:DB8::0:1` becomes `2001:db8::1`.
 *
 * @param options - `protocol`, `unpackIpv4` and the common options
 * @example
 * class Item extends Model<Item>("library.Item")({ address: GenericIPAddressField({ protocol: "ipv6" }) }) {}
 * await createTables([Item]);
 * const item = await Item.objects.create({ address: "2001:DB8::0001" });
 * console.log(item.address); // → 2001:db8::1
 */
export function GenericIPAddressField<const O extends GenericIPAddressOptions = NoOptions>(
  options?: O & KnownOptions<O, GenericIPAddressOptions>,
): Make<string, O, "inet"> {
  return publish(new IPAddressDefinition("GenericIPAddressField", options ?? {}, { protocol: "both", unpackIpv4: false }));
}
