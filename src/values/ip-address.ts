import { isIPv4, isIPv6 } from "node:net";

/**
 * Brings an IP address into its one form: IPv6 as RFC 5952 writes it, which is also what PostgreSQL gives.
 *
 * @param text - an IPv4 or IPv6 address
 * @returns the address; null when it is none
 * @example normalizeIpAddress("2001:0DB8::0:1") // "2001:db8::1"
 */
export function normalizeIpAddress(text: string): string | null {
  const trimmed = text.trim();
  if (isIPv4(trimmed)) return trimmed;
  if (!isIPv6(trimmed) || trimmed.includes("%")) return null;
  return formatGroups(readGroups(trimmed));
}

/** The IPv4 address inside `::ffff:1.2.3.4`, or null. */
export function unpackIpv4(address: string): string | null {
  const match = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/.exec(address);
  return match?.[1] ?? null;
}

/** The eight 16-bit groups of an address that isIPv6 has accepted. */
function readGroups(text: string): number[] {
  const [head = "", tail] = text.split("::");
  const left = readSide(head);
  if (tail === undefined) return left;
  const right = readSide(tail);
  return [...left, ...new Array<number>(8 - left.length - right.length).fill(0), ...right];
}

function readSide(text: string): number[] {
  if (text === "") return [];
  return text.split(":").flatMap((part) => {
    if (!part.includes(".")) return [Number.parseInt(part, 16)];
    const [a = 0, b = 0, c = 0, d = 0] = part.split(".").map(Number);
    return [a * 256 + b, c * 256 + d];
  });
}

function formatGroups(groups: readonly number[]): string {
  const [, , , , , sixth, seventh = 0, eighth = 0] = groups;
  if (sixth === 0xffff && groups.slice(0, 5).every((group) => group === 0)) {
    return `::ffff:${seventh >> 8}.${seventh & 255}.${eighth >> 8}.${eighth & 255}`;
  }
  const run = longestZeroRun(groups);
  const hex = groups.map((group) => group.toString(16));
  if (run.length < 2) return hex.join(":");
  return `${hex.slice(0, run.start).join(":")}::${hex.slice(run.start + run.length).join(":")}`;
}

function longestZeroRun(groups: readonly number[]): { readonly start: number; readonly length: number } {
  let best = { start: 0, length: 0 };
  let start = 0;
  for (let index = 0; index <= groups.length; index++) {
    if (groups[index] === 0) continue;
    if (index - start > best.length) best = { start, length: index - start };
    start = index + 1;
  }
  return best;
}
