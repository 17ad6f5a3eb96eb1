/**
 * What users call, under its public type. The implementations take anything and check it when they run; the types
 * of types/ are stricter, and made of phantom members that no implementation can show. This is the one place where
 * the two meet.
 */
export function typed<Public>(implementation: unknown): Public {
  return implementation as Public;
}
