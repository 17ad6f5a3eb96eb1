import type { QueryResult, ResultColumn, Row } from "../driver.js";
import { decoderOf, encodeParameter } from "./values.js";

/** What this file uses of `pg`'s protocol connection. */
export interface ProtocolConnection {
  readonly stream: { cork(): void; uncork(): void };
  /** The text of each statement that the server has prepared in this session. */
  readonly parsedStatements: Record<string, string>;
  query(text: string): void;
  parse(message: { text: string; name: string; types: undefined }): void;
  bind(message: { portal: string; statement: string; values: unknown[]; binary: boolean; valueMapper: (value: unknown) => unknown }): void;
  describe(message: { type: "P"; name: string }): void;
  execute(message: { portal: string; rows: undefined }): void;
  close(message: { type: "S"; name: string }): void;
  sync(): void;
  sendCopyFail(reason: string): void;
}

/** Which way a statement goes. */
export interface QueryManner {
  /** "simple" takes no parameters, and several statements. */
  readonly kind: "extended" | "simple";
  readonly describe: boolean;
  readonly write: boolean;
}

/** How many statements one session keeps prepared. */
const MAX_PREPARED = 256;

/**
 * One statement on its way through `pg`'s protocol. It keeps rows as the protocol gives them (a list of texts), and asks
 * for a description only where somebody wants one, which saves the server and us half of the messages.
 */
export class PostgresqlQuery {
  /** `pg` finds prepared statements by these two. */
  readonly name: string;
  readonly text: string;
  /** `pg` would set one of its own. */
  readonly callback = (): void => undefined;
  readonly kind: "extended" | "simple";
  readonly sentWrite: boolean;
  readonly #params: readonly unknown[];
  readonly #describe: boolean;
  readonly #settle: (error: Error | null, result: QueryResult | null) => void;
  readonly #rows: Row[] = [];
  #columns: ResultColumn[] = [];
  #rowCount = 0;
  submitted = false;

  constructor(
    text: string,
    name: string,
    params: readonly unknown[],
    how: QueryManner,
    settle: (error: Error | null, result: QueryResult | null) => void,
  ) {
    this.text = text;
    this.name = name;
    this.kind = how.kind;
    this.sentWrite = how.write;
    this.#params = params;
    this.#describe = how.describe;
    this.#settle = settle;
  }

  submit(connection: ProtocolConnection): Error | null {
    this.submitted = true;
    if (this.kind === "simple") {
      connection.query(this.text);
      return null;
    }
    connection.stream.cork();
    try {
      const { name } = this;
      if (name === "" || connection.parsedStatements[name] === undefined) {
        if (name !== "") forgetOldest(connection);
        connection.parse({ text: this.text, name, types: undefined });
      }
      // pg types its values as a list that it does not change.
      connection.bind({ portal: "", statement: name, values: this.#params as unknown[], binary: false, valueMapper: encodeParameter });
      if (this.#describe) connection.describe({ type: "P", name: "" });
      connection.execute({ portal: "", rows: undefined });
    } finally {
      connection.sync();
      connection.stream.uncork();
    }
    return null;
  }

  handleRowDescription(message: { fields: readonly { name: string; dataTypeID: number }[] }): void {
    if (this.#describe) {
      this.#columns = message.fields.map(({ name, dataTypeID }) => ({ name, type: dataTypeID, decode: decoderOf(dataTypeID) }));
    }
  }

  handleDataRow(message: { fields: Row }): void {
    this.#rows.push(message.fields);
  }

  /** "UPDATE 3", "INSERT 0 1", "SELECT 10": the number at the end counts rows. */
  handleCommandComplete(message: { text: string }): void {
    const space = message.text.lastIndexOf(" ");
    const count = space < 0 ? Number.NaN : Number(message.text.slice(space + 1));
    this.#rowCount = Number.isNaN(count) ? 0 : count;
  }

  handleReadyForQuery(): void {
    this.#settle(
      null,
      this.#describe
        ? { rows: this.#rows, rowCount: this.#rowCount, columns: this.#columns }
        : { rows: this.#rows, rowCount: this.#rowCount },
    );
  }

  handleError(error: Error): void {
    this.#settle(error, null);
  }

  handleEmptyQuery(): void {
    this.#rowCount = 0;
  }

  handlePortalSuspended(): void {
    this.#rowCount = this.#rows.length;
  }

  handleCopyInResponse(connection: ProtocolConnection): void {
    connection.sendCopyFail("COPY FROM STDIN does not go through execute()");
  }

  handleCopyData(): void {
    this.#rowCount = 0;
  }
}

/** Makes room on the server for one more prepared statement. */
function forgetOldest(connection: ProtocolConnection): void {
  const names = Object.keys(connection.parsedStatements);
  if (names.length < MAX_PREPARED) return;
  const [oldest] = names;
  if (oldest === undefined) return;
  delete connection.parsedStatements[oldest];
  connection.close({ type: "S", name: oldest });
}
