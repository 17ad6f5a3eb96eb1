import type { TransferredError } from "../drivers/bridge/index.js";
import type { QueryResult, Statement } from "../drivers/driver.js";
import type { TransactionOptions } from "./database.js";
import type { DatabaseSettings } from "./database-settings.js";

/** What the worker is told when it starts. */
export interface BridgeSetup {
  readonly alias: string;
  readonly settings: DatabaseSettings;
}

/** A statement: in full when it is sent for the first time, later by its number; 0 for one that is not used again. */
export interface SentStatement {
  readonly id: number;
  readonly statement?: Statement;
}

/** What the caller asks of the worker. A session and a stream go by the numbers that the worker gave them. */
export type BridgeRequest =
  | { readonly kind: "execute"; readonly session: number | null; readonly statement: SentStatement; readonly params: readonly unknown[] }
  | {
      readonly kind: "stream";
      readonly session: number | null;
      readonly statement: SentStatement;
      readonly params: readonly unknown[];
      readonly chunkSize: number;
    }
  | { readonly kind: "next" | "closeStream"; readonly stream: number }
  | { readonly kind: "acquire"; readonly options: TransactionOptions }
  | { readonly kind: "script"; readonly session: number; readonly sql: string }
  /** These have no answer. */
  | { readonly kind: "release"; readonly session: number; readonly discard: boolean }
  | { readonly kind: "forgetStatements" | "close" };

/** A result whose columns name the driver's decoders, as functions stay in their thread. */
export interface SentResult extends Omit<QueryResult, "columns"> {
  readonly columns?: readonly { readonly name: string; readonly type: number | string | null }[];
}

/** The answer to one request. */
export interface BridgeAnswer {
  readonly value?: unknown;
  readonly error?: TransferredError;
  /** The state of the request's session, where it has one. */
  readonly session?: { readonly broken: boolean; readonly inTransaction: boolean };
}
