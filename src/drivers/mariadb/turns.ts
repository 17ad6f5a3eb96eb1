/** One statement on its way through a session. */
export class Turn {
  /** The statements that have to be over before this one is sent. */
  readonly #before: readonly Turn[];
  readonly #leave: () => void;
  #ended: Promise<void> | null = null;
  #announceEnd: (() => void) | null = null;
  over = false;

  constructor(before: readonly Turn[], leave: (turn: Turn) => void) {
    this.#before = before;
    this.#leave = () => leave(this);
  }

  /** Whether it can be sent now. */
  get isReady(): boolean {
    return this.#before.every(({ over }) => over);
  }

  /** Waits until the statement can be sent. @throws the signal's reason when it is aborted before that */
  async ready(signal: AbortSignal | undefined): Promise<void> {
    const before = Promise.all(this.#before.map((turn) => turn.#end()));
    if (signal === undefined) {
      await before;
      return;
    }
    await new Promise<void>((resolve, reject) => {
      const abort = () => reject(signal.reason);
      signal.addEventListener("abort", abort, { once: true });
      before.then(() => {
        signal.removeEventListener("abort", abort);
        resolve();
      });
    });
  }

  /** The statement is over, or was given up; those that wait for it go on when those before it are over too. */
  async end(): Promise<void> {
    if (!this.isReady) await this.ready(undefined);
    this.over = true;
    this.#leave();
    this.#announceEnd?.();
  }

  async #end(): Promise<void> {
    if (this.over) return;
    this.#ended ??= new Promise((resolve) => {
      this.#announceEnd = resolve;
    });
    await this.#ended;
  }
}

/**
 * The statements of a session, which are sent without waiting for the answers of those before them. One that may be
 * cancelled goes alone: the server ends whatever runs at that moment.
 */
export class Turns {
  readonly #turns = new Set<Turn>();
  #lastAlone: Turn | null = null;

  get oldest(): Turn | null {
    for (const turn of this.#turns) return turn;
    return null;
  }

  /** @param alone - whether no other statement may be under way beside it */
  enter(alone: boolean): Turn {
    const before = alone ? [...this.#turns] : this.#lastAlone === null ? [] : [this.#lastAlone];
    const turn = new Turn(before, (left) => {
      this.#turns.delete(left);
      if (this.#lastAlone === left) this.#lastAlone = null;
    });
    this.#turns.add(turn);
    if (alone) this.#lastAlone = turn;
    return turn;
  }
}
