import net from "node:net";
import { pipeline } from "node:stream";
import { afterEach, expect, it } from "vitest";
import { configure, getConnection, OperationalError, transaction } from "../../src/index.js";
import { describeEachBackend } from "../support/backends.js";

const connection = () => getConnection();

/** What one part of a test waits for, and another one brings about. */
class Announcement<T> {
  make: (value: T) => void = () => undefined;
  readonly made = new Promise<T>((resolve) => {
    this.make = resolve;
  });
}

/** A port before a server, which holds back every connection but the first until it is told to let them through. */
class Gate {
  readonly #server: net.Server;
  readonly #sockets: net.Socket[] = [];
  readonly #opened = new Announcement<void>();
  /** When a second connection is held back. */
  readonly second = new Announcement<void>();

  constructor(url: URL) {
    let connections = 0;
    this.#server = net.createServer(async (client) => {
      this.#sockets.push(client);
      connections++;
      if (connections > 1) {
        this.second.make();
        await this.#opened.made;
      }
      const server = net.connect(Number(url.port), url.hostname);
      this.#sockets.push(server);
      // The end of one is the end of the other.
      pipeline(client, server, client, () => undefined);
    });
  }

  /** @returns the port */
  async listen(): Promise<number> {
    await new Promise<void>((resolve) => this.#server.listen(0, "127.0.0.1", resolve));
    // A server on a TCP port has such an address.
    return (this.#server.address() as net.AddressInfo).port;
  }

  letThrough(): void {
    this.#opened.make();
  }

  close(): void {
    for (const socket of this.#sockets) socket.destroy();
    this.#server.close();
  }
}

/** What a promise is rejected with. */
const failure = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => undefined,
    (error: unknown) => error,
  );

describeEachBackend("the pool", { only: ["postgresql", "mariadb"] }, (backend) => {
  afterEach(() => configure({ databases: backend.databases }));

  const ownId = backend.vendor === "postgresql" ? "SELECT pg_backend_pid() AS id" : "SELECT CONNECTION_ID() AS id";
  const killing = backend.vendor === "postgresql" ? "SELECT pg_terminate_backend(%s)" : "KILL %s";

  it("takes back a connection that was opened for one who gave up meanwhile", async () => {
    const url = new URL(backend.url);
    const gate = new Gate(new URL(backend.url));
    url.host = `127.0.0.1:${await gate.listen()}`;
    configure({ databases: { default: { url: url.href, maxPoolSize: 1 }, other: backend.url }, retryAttempts: 1 });
    try {
      const controller = new AbortController();
      const reason = new Error("enough");
      const held = new Announcement<unknown>();
      const killed = new Announcement<void>();
      const lost = failure(
        transaction.atomic(async () => {
          held.make((await connection().execute(ownId)).rows[0]?.id);
          await killed.made;
          await connection().execute("SELECT 1");
        }),
      );
      const id = await held.made;
      const waiting = failure(connection().execute("SELECT 1", [], { signal: controller.signal }));
      await getConnection("other").execute(killing, [id]);
      killed.make();
      expect(await lost).toBeInstanceOf(OperationalError);
      await gate.second.made;
      controller.abort(reason);
      expect(await waiting).toBe(reason);
      gate.letThrough();
      expect((await connection().execute("SELECT 2 AS two")).rows).toEqual([{ two: 2 }]);
      expect(connection().poolStats()).toMatchObject({ inUse: 0, waiting: 0 });
    } finally {
      gate.close();
    }
  });
});
