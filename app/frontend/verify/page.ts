// The page where a certificate is checked: what a visitor brings (a file, a picture of a code, the camera, a text, a link) becomes bytes,
// the bytes are checked here, and the report is shown. Nothing about a certificate is ever sent.
//
// `data-state` of the page says what it is doing: loading, ready, checking, done, and sending when it must leave the check to the server.

import { find, say } from "../exam/elements";
import { equal, fromBase64, toBase64, utf8 } from "./bytes";
import { readPicture, scan } from "./scanning";
import { shown, type Instead } from "./showing";
import { BUNDLE_MAX_BYTES } from "./strict_json";
import type { Trust } from "./trust";
import { verify } from "./verification";
import { fill, when, type Words } from "./words";

/** What every check needs, got once and whole: whoever gave it cannot tell who is being checked. */
export interface Source {
  trust: Trust;
  lists: Uint8Array[];
  /** When the keys and lists were got. */
  asOf: string;
}

export interface Options {
  words: Words;
  load: () => Promise<Source>;
  /** The words of `fill` for a page that is ready. */
  ready: string;
  instead?: Instead;
  /** The proof of the log entry for a carrier that brings none, where the whole log is at hand; empty if there is no such proof. */
  prove?: (data: Uint8Array) => Promise<Uint8Array>;
}

/** A picture or a PDF is larger than the certificate in it. */
const FILE_MAX_BYTES = 32 * 1024 * 1024;
const CARRIED = "sarap-verify";
/** How the proof of a log entry begins that is a file of its own: a token and the front code have it beside them. */
const LOG_PROOF = "c2sp.org/tlog-proof@";

/** What is checked, how its file is called, and the log proof beside it. */
interface Given {
  data: Uint8Array;
  name: string;
  proof?: Uint8Array | undefined;
}

export function startPage(options: Options): void {
  const root = find(document, "#verifier");
  const page = new Page(root, options);
  void page.start();
}

class Page {
  private readonly words: Words;
  private scanning: AbortController | undefined;
  private last: Given | undefined;
  /** A log proof that came before its certificate. */
  private proof: Uint8Array | undefined;

  constructor(
    private readonly root: HTMLElement,
    private readonly options: Options,
  ) {
    this.words = options.words;
  }

  async start(): Promise<void> {
    this.state("loading");
    this.listen(); // at once: a file that is chosen before everything is here waits, and is not sent
    try {
      const source = await this.options.load();
      say(find(this.root, "#verify-ready"), fill(this.words, this.options.ready, { time: when(this.words, source.asOf, "minute") }));
    } catch {
      // Without the keys nothing can be checked here. The form goes to the server, as it does without this script.
      say(find(this.root, "#verify-ready"), fill(this.words, "notReady"));
      this.state("sending");
      return;
    }
    for (const element of this.root.querySelectorAll<HTMLElement>("[data-in-browser]")) element.hidden = false;
    for (const element of this.root.querySelectorAll<HTMLElement>("[data-on-server]")) element.hidden = true;
    // A file that was chosen meanwhile is being checked already.
    if (this.root.dataset["state"] === "loading") {
      say(find(this.root, "#lead"), fill(this.words, "lead"));
      this.state("ready");
    }
    if (!(await this.carriedOver())) await this.fragment();
  }

  private listen(): void {
    const input = find<HTMLInputElement>(this.root, "#certificate");
    const drop = find(this.root, "#drop");
    input.accept = ".json,.pdf,.jwt,.txt,application/json,application/pdf,image/*,.tlog-proof";
    input.multiple = true;
    input.required = false;
    input.addEventListener("change", () => void this.files(input.files));
    input.form?.addEventListener("submit", (event) => {
      if (this.mustSend()) return;
      event.preventDefault();
      if (input.files?.length) void this.files(input.files);
      else input.click();
    });
    // A file may be dropped anywhere: a browser would open it, and the visitor would lose the page.
    document.addEventListener("dragover", (event) => {
      event.preventDefault();
      drop.dataset["over"] = "";
    });
    document.addEventListener("dragleave", (event) => {
      if (event.relatedTarget === null) delete drop.dataset["over"];
    });
    document.addEventListener("drop", (event) => {
      event.preventDefault();
      delete drop.dataset["over"];
      void this.files(event.dataTransfer?.files);
    });
    const pasted = find<HTMLTextAreaElement>(this.root, "#pasted");
    pasted.form?.addEventListener("submit", (event) => {
      event.preventDefault();
      if (pasted.value.trim() === "") pasted.focus();
      else void this.check({ data: utf8(pasted.value.trim()), name: "" });
    });
    find(this.root, "#scan-start").addEventListener("click", () => void this.scan());
    find(this.root, "#scan-stop").addEventListener("click", () => this.scanning?.abort());
    window.addEventListener("hashchange", () => void this.fragment());
    for (const form of document.querySelectorAll("form.segmented")) form.addEventListener("submit", () => this.carryOver());
  }

  /** Without the keys nothing can be checked here, and the visitor may let the server do it. */
  private mustSend(): boolean {
    return this.root.dataset["state"] === "sending";
  }

  /** A certificate, a certificate and its log proof, or the log proof of what was checked last or will be next. */
  private async files(files: FileList | null | undefined): Promise<void> {
    if (!files?.length || this.mustSend()) return;
    const read = await Promise.all(Array.from(files).slice(0, 2).map(contentOf));
    const proof = read.find(isLogProof)?.data;
    const certificates = read.filter((given) => !isLogProof(given));
    if (files.length > 2 || certificates.length > 1 || certificates.some(isArchive)) {
      this.clear();
      return this.complain("oneHere");
    }
    const certificate = certificates[0] ?? (proof && this.last);
    if (certificate !== undefined) return this.check({ ...certificate, proof: proof ?? this.proof });
    this.proof = proof;
    this.complain("proofAlone");
  }

  private async scan(): Promise<void> {
    this.scanning?.abort();
    const scanning = new AbortController();
    this.scanning = scanning;
    const view = find(this.root, "#scan-view");
    this.complain("");
    view.hidden = false;
    find(this.root, "#scan-start").hidden = true;
    let text: string | undefined;
    try {
      text = await scan(find<HTMLVideoElement>(this.root, "#scan-video"), scanning.signal);
    } catch {
      this.complain("noCamera");
    }
    view.hidden = true;
    find(this.root, "#scan-start").hidden = false;
    if (text !== undefined) await this.check({ data: utf8(text), name: "" });
  }

  /** What a phone's camera opened, `/v#…`: the part after the mark, which browsers never send. */
  private async fragment(): Promise<void> {
    if (location.hash.length > 1 && document.getElementById(location.hash.slice(1)) === null) await this.check({ data: utf8(location.href), name: "" });
  }

  private async check(given: Given): Promise<void> {
    this.state("checking");
    this.clear();
    this.complain("");
    this.last = given;
    this.proof = undefined;
    let { data } = given;
    if (isPicture(data)) {
      const text = await readPicture(data);
      if (text === undefined) {
        this.complain("noCode");
        this.state("ready");
        return;
      }
      data = utf8(text);
    }
    const source = await this.options.load().catch(() => undefined);
    if (source === undefined) return this.state("sending");
    const { trust, lists } = source;
    const notes: string[] = [];
    const report = await verify(data, trust, Date.now(), lists, given.proof ?? (await this.options.prove?.(data)));
    if (report.carrier === "pdf") notes.push(fill(this.words, "pdfPages"));
    const outcome = find(this.root, "#outcome");
    outcome.replaceChildren(...shown(report, this.words, notes, this.options.instead));
    outcome.hidden = false;
    say(find(this.root, "#lead"), given.name || fill(this.words, "checkedHere"));
    this.root.dataset["verified"] = String(report.verified);
    this.state("done");
    find(outcome, "#verdict").focus();
    this.root.scrollIntoView({ block: "start" });
  }

  private state(state: "loading" | "ready" | "checking" | "done" | "sending"): void {
    this.root.dataset["state"] = state;
    find(this.root, "#checking").hidden = state !== "checking";
  }

  /** What was found of an earlier certificate says nothing of the next one. */
  private clear(): void {
    find(this.root, "#outcome").hidden = true;
    delete this.root.dataset["verified"];
  }

  private complain(key: string): void {
    const place = find(this.root, "#verify-complaint");
    place.hidden = key === "";
    say(place, key === "" ? "" : fill(this.words, key));
    if (key !== "") place.scrollIntoView({ block: "nearest" });
  }

  /** Another language or other colours are another page: what was checked goes there with the visitor, in this tab alone. */
  private carryOver(): void {
    if (this.last === undefined) return;
    try {
      const { data, name, proof } = this.last;
      sessionStorage.setItem(CARRIED, JSON.stringify([toBase64(data), name, proof && toBase64(proof)]));
    } catch {
      // No room, or no storage at all: the visitor brings it again.
    }
  }

  private async carriedOver(): Promise<boolean> {
    try {
      const carried = sessionStorage.getItem(CARRIED);
      sessionStorage.removeItem(CARRIED);
      if (carried === null) return false;
      const [data, name, proof] = JSON.parse(carried) as [string, string, string | null];
      await this.check({ data: fromBase64(data), name, proof: proof ? fromBase64(proof) : undefined });
      return true;
    } catch {
      return false;
    }
  }
}

async function contentOf(file: File): Promise<Given> {
  const isSmall = file.size <= FILE_MAX_BYTES;
  // Of what is too large, enough is read to be refused for it.
  const data = new Uint8Array(await file.slice(0, isSmall ? undefined : BUNDLE_MAX_BYTES + 1).arrayBuffer());
  return { data, name: file.name };
}

const isLogProof = ({ data }: Given): boolean => equal(data.slice(0, LOG_PROOF.length), utf8(LOG_PROOF));

const ARCHIVE = utf8("PK\x03\x04");

const isArchive = ({ data }: Given): boolean => equal(data.slice(0, ARCHIVE.length), ARCHIVE);

const PICTURES = [
  [0x89, 0x50, 0x4e, 0x47],
  [0xff, 0xd8, 0xff],
  [0x52, 0x49, 0x46, 0x46],
  [0x47, 0x49, 0x46, 0x38],
];

/** PNG, JPEG, WebP or GIF, by how they begin; and HEIC and AVIF, which have a box `ftyp`. */
function isPicture(data: Uint8Array): boolean {
  const begins = PICTURES.some((mark) => mark.every((byte, place) => data[place] === byte));
  return begins || String.fromCharCode(...data.slice(4, 8)) === "ftyp";
}
