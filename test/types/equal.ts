/** True where both types are the same, not only assignable to each other. */
export type Equal<X, Y> = (<T>() => T extends X ? 1 : 2) extends <T>() => T extends Y ? 1 : 2 ? true : false;

/** Fails to compile unless the value's type is exactly `Expected`: `exactly<string>()(author.name)`. */
export declare function exactly<Expected>(): <Actual>(
  value: Actual,
  ...same: Equal<Actual, Expected> extends true ? [] : [expected: Expected]
) => void;
