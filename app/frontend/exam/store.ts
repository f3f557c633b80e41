// Where edits are kept on this computer until the server has them, and afterwards as the history of a text: IndexedDB. Where a browser
// gives none (a private window, a full disk, a rule of the centre), what is unsent stands in localStorage, and failing that in
// memory alone; `durability` says which, and the page tells the candidate.

import type { Work } from "./chain";

const DATABASE = "sarap-journal";
const VERSION = 2;
const LINES = "lines";
const ITEMS = "items";
const RECEIPTS = "receipts";
const TABS = "tabs";
const BY_ITEM = "by-item";
const BY_SESSION = "by-session";

/** A database that another tab blocks must not keep the exam waiting. */
const OPEN_TIMEOUT_MS = 3_000;

/** An edit in its chain. `edit` is the JSON text that is sent and hashed. */
export interface Line {
  n: number;
  head: string;
  edit: string;
}

/** What the server has acknowledged of an item. */
export interface Acknowledged {
  revision: number;
  head: string;
  n: number;
  savedAt: string | null;
  work: Work;
}

/** A line as it is kept, or the text that the lines after it begin with. `aside` lines left the chain: another text went on. */
export interface KeptLine {
  sessionId: string;
  position: number;
  kind: "edit" | "begin";
  n: number;
  head: string;
  wall: number;
  edit?: string;
  work?: Work;
  aside?: true;
}

export interface KeptReceipt {
  sessionId: string;
  position: number;
  revision: number;
  head: string;
  kind: "saved" | "aside" | "handed_in";
  savedAt: string;
  receipt: string;
}

export interface KeptItem {
  acknowledged: Acknowledged | null;
  /** All that are still in the chain, in order, acknowledged ones too. */
  lines: Line[];
}

export type Durability = "database" | "local" | "memory";

export class JournalStore {
  private readonly receipts_: KeptReceipt[] = [];
  private readonly history_: KeptLine[] = [];

  private constructor(
    private db: IDBDatabase | null,
    private readonly onDurability: () => void,
  ) {}

  durability: Durability = "database";

  static async open(onDurability: () => void = () => undefined): Promise<JournalStore> {
    const store = new JournalStore(await openDatabase(), onDurability);
    if (store.db === null) store.durability = "local";
    return store;
  }

  /** What this browser holds of an item. What had to go to localStorage is taken from there. */
  async load(sessionId: string, position: number): Promise<KeptItem> {
    const kept = await this.inDatabase([LINES, ITEMS], "readonly", async (within) => {
      const lines = await answer<KeptLine[]>(within(LINES).index(BY_ITEM).getAll([sessionId, position]));
      const acknowledged = await answer<Acknowledged | undefined>(within(ITEMS).get([sessionId, position]));
      return { acknowledged: acknowledged ?? null, lines };
    });
    const lines = (kept?.lines ?? []).flatMap((one) =>
      one.kind === "edit" && one.aside !== true && one.edit !== undefined ? [{ n: one.n, head: one.head, edit: one.edit }] : [],
    );
    const heads = new Set(lines.map((line) => line.head));
    const spare = readSpare(sessionId, position).filter((line) => !heads.has(line.head));
    return { acknowledged: kept?.acknowledged ?? null, lines: [...lines, ...spare] };
  }

  /** Keep an edit. Resolves to whether it now stands in the database; otherwise `spare` is for it. */
  async add(sessionId: string, position: number, line: Line): Promise<boolean> {
    const record: KeptLine = { sessionId, position, kind: "edit", wall: Date.now(), ...line };
    const done = await this.inDatabase([LINES], "readwrite", (within) => answer(within(LINES).add(record)));
    if (done === undefined) this.history_.push(record);
    return done !== undefined;
  }

  /** Keep the text that the lines from here on continue, unless the last line led to it. */
  async begin(sessionId: string, position: number, base: Acknowledged): Promise<void> {
    const record: KeptLine = { sessionId, position, kind: "begin", n: base.n, head: base.head, wall: Date.now(), work: base.work };
    const done = await this.inDatabase([LINES], "readwrite", (within) => answer(within(LINES).add(record)));
    if (done === undefined) this.history_.push(record);
  }

  /** Lines that the database does not have (yet): at once, in localStorage. An empty list clears the place. */
  spare(sessionId: string, position: number, lines: readonly Line[]): void {
    try {
      if (lines.length > 0) localStorage.setItem(spareKey(sessionId, position), JSON.stringify(lines));
      else localStorage.removeItem(spareKey(sessionId, position));
    } catch {
      if (lines.length > 0 && this.db === null) this.become("memory");
    }
  }

  async acknowledge(sessionId: string, position: number, acknowledged: Acknowledged): Promise<void> {
    await this.inDatabase([ITEMS], "readwrite", (within) => answer(within(ITEMS).put(acknowledged, [sessionId, position])));
  }

  /** These lines are in the chain no more; the history still shows them. */
  async setAside(sessionId: string, position: number, heads: ReadonlySet<string>): Promise<void> {
    for (const one of this.history_) if (heads.has(one.head)) one.aside = true;
    await this.inDatabase([LINES], "readwrite", async (within) => {
      let cursor = await answer(within(LINES).index(BY_ITEM).openCursor([sessionId, position]));
      while (cursor !== null) {
        const line = cursor.value as KeptLine;
        if (line.kind === "edit" && heads.has(line.head)) cursor.update({ ...line, aside: true } satisfies KeptLine);
        cursor.continue();
        cursor = await answer(cursor.request as IDBRequest<IDBCursorWithValue | null>);
      }
    });
  }

  async history(sessionId: string, position: number): Promise<KeptLine[]> {
    const kept = await this.inDatabase([LINES], "readonly", (within) =>
      answer<KeptLine[]>(within(LINES).index(BY_ITEM).getAll([sessionId, position])),
    );
    return [...(kept ?? []), ...this.history_.filter((one) => one.sessionId === sessionId && one.position === position)];
  }

  async addReceipt(receipt: KeptReceipt): Promise<void> {
    const done = await this.inDatabase([RECEIPTS], "readwrite", (within) => answer(within(RECEIPTS).add(receipt)));
    if (done === undefined) this.receipts_.push(receipt);
  }

  async receipts(sessionId: string): Promise<KeptReceipt[]> {
    const kept = await this.inDatabase([RECEIPTS], "readonly", (within) =>
      answer<KeptReceipt[]>(within(RECEIPTS).index(BY_SESSION).getAll(sessionId)),
    );
    return [...(kept ?? []), ...this.receipts_.filter((one) => one.sessionId === sessionId)];
  }

  /** Which items of a session this browser holds something of. */
  async positions(sessionId: string): Promise<number[]> {
    const keys = await this.inDatabase([ITEMS], "readonly", (within) => answer(within(ITEMS).getAllKeys()));
    return (keys ?? []).flatMap((key) => (Array.isArray(key) && key[0] === sessionId ? [Number(key[1])] : []));
  }

  /**
   * The tab that had the lease last in this browser, null if none is known. It stands where the edits stand: browsers write localStorage
   * to the disk seconds later, and after a power cut the page would hold its own text and take its own lease for another's.
   */
  async lastTab(sessionId: string): Promise<string | null> {
    const kept = await this.inDatabase([TABS], "readonly", (within) => answer<string | undefined>(within(TABS).get(sessionId)));
    if (kept !== undefined) return kept;
    try {
      return localStorage.getItem(lastTabKey(sessionId));
    } catch {
      return null;
    }
  }

  async rememberTab(sessionId: string, tab: string): Promise<void> {
    const done = await this.inDatabase([TABS], "readwrite", (within) => answer(within(TABS).put(tab, sessionId)));
    try {
      if (done === undefined) localStorage.setItem(lastTabKey(sessionId), tab);
      else localStorage.removeItem(lastTabKey(sessionId));
    } catch {
      // Nothing is kept here: after a crash the candidate is asked.
    }
  }

  /** Forget a session: it is over, and the server has all of it. */
  async clear(sessionId: string): Promise<void> {
    await this.inDatabase([LINES, ITEMS, RECEIPTS, TABS], "readwrite", async (within) => {
      const all = IDBKeyRange.bound([sessionId], [sessionId, []]);
      for (const key of await answer(within(LINES).index(BY_ITEM).getAllKeys(all))) within(LINES).delete(key);
      for (const key of await answer(within(RECEIPTS).index(BY_SESSION).getAllKeys(sessionId))) within(RECEIPTS).delete(key);
      within(ITEMS).delete(all);
      within(TABS).delete(sessionId);
    });
  }

  /** `undefined` where there is no database, or it failed: then what comes is kept elsewhere. */
  private async inDatabase<Answer>(
    stores: string[],
    mode: IDBTransactionMode,
    act: (within: (store: string) => IDBObjectStore) => Promise<Answer>,
  ): Promise<Answer | undefined> {
    if (this.db === null) return undefined;
    try {
      const transaction = this.db.transaction(stores, mode, { durability: "strict" });
      const ended = new Promise<void>((done, failed) => {
        transaction.addEventListener("complete", () => done());
        transaction.addEventListener("abort", () => failed(transaction.error ?? new Error("aborted")));
      });
      ended.catch(() => undefined); // told by the await below, unless `act` failed first
      const result = await act((name) => transaction.objectStore(name));
      if (mode === "readwrite") await ended;
      return result;
    } catch {
      if (mode === "readwrite") {
        this.db = null;
        this.become("local");
      }
      return undefined;
    }
  }

  private become(durability: Durability): void {
    if (this.durability === durability) return;
    this.durability = durability;
    this.onDurability();
  }
}

async function openDatabase(): Promise<IDBDatabase | null> {
  try {
    const request = indexedDB.open(DATABASE, VERSION);
    request.addEventListener("upgradeneeded", () => {
      const before = new Set(request.result.objectStoreNames);
      if (!before.has(LINES)) request.result.createObjectStore(LINES, { autoIncrement: true }).createIndex(BY_ITEM, ["sessionId", "position"]);
      if (!before.has(ITEMS)) request.result.createObjectStore(ITEMS);
      if (!before.has(RECEIPTS)) request.result.createObjectStore(RECEIPTS, { autoIncrement: true }).createIndex(BY_SESSION, "sessionId");
      if (!before.has(TABS)) request.result.createObjectStore(TABS);
    });
    const late = new Promise<null>((done) => setTimeout(() => done(null), OPEN_TIMEOUT_MS));
    return await Promise.race([answer(request), late]);
  } catch {
    return null;
  }
}

function answer<Answer>(request: IDBRequest<Answer>): Promise<Answer> {
  return new Promise((done, failed) => {
    request.addEventListener("success", () => done(request.result), { once: true });
    request.addEventListener("error", () => failed(request.error ?? new Error("failed")), { once: true });
  });
}

const spareKey = (sessionId: string, position: number): string => `sarap:journal:${sessionId}:${position}`;

const lastTabKey = (sessionId: string): string => `sarap:last-tab:${sessionId}`;

function readSpare(sessionId: string, position: number): Line[] {
  try {
    const found: unknown = JSON.parse(localStorage.getItem(spareKey(sessionId, position)) ?? "[]");
    return Array.isArray(found) ? (found as Line[]) : [];
  } catch {
    return [];
  }
}
