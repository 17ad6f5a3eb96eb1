/** A database server that the tests may use, or why there is none. */
export type ServerSearch =
  | {
      readonly url: string;
      /** How it was found, for the screen. */
      readonly origin: string;
      /** Stops the server where the search had started it. */
      stop(): Promise<void>;
    }
  | { readonly url: null; readonly reason: string };

export function messageOf(error: unknown): string {
  return error instanceof Error && error.message !== "" ? error.message : String(error);
}
