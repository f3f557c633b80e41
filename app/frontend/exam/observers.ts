// What the exam page reports while it is open: focus, pastes (their length, never their text), full screen, and pictures from the
// camera if the candidate agreed. The template `proctor/observer_status.html` says the same in words, and always shows it.
//
// Nothing here may get in the way: every failure is kept quiet, queued and tried again, and the exam goes on without it.

interface Report {
  kind: "focus_lost" | "focus_gained" | "paste" | "fullscreen_left" | "fullscreen_entered" | "camera_off" | "camera_on";
  client_time: string;
  length?: number;
  reason?: "denied" | "not_found" | "ended" | "failed";
}

export interface ObserverOptions {
  camera: boolean;
  fullscreen: boolean;
}

export interface Observers {
  stop(): void;
}

/** The server's limits are in `exams/proctoring/`. Less than its `HERE_S`: a page on a good line is always seen as here. */
const HEARTBEAT_MS = 4_000;
const SNAPSHOT_EVERY_MS = 20_000;
/** While the line is down, pictures are kept; when it is back, they go out one by one, slower than the server's least gap of 5 s. */
const SNAPSHOT_RESEND_GAP_MS = 6_000;
const SNAPSHOTS_KEPT = 30;
const REPORTS_KEPT = 500;
const BATCH_MAX = 50;
const REQUEST_TIMEOUT_MS = 10_000;
/** A camera that was unplugged is looked for again. */
const CAMERA_RETRY_MS = 30_000;
const PICTURE_WIDTH = 320;
const PICTURE_HEIGHT = 240;
const JPEG_QUALITY = 0.7;

/** What became of a request: `lost` may be tried again, `refused` never will be accepted, `over` means that the session is closed. */
type Fate = "accepted" | "lost" | "refused" | "over";

/** Start to observe. Call `stop` when the session is over. */
export function startObservers(sessionId: string, options: ObserverOptions): Observers {
  const life = new AbortController();
  const status = document.getElementById("observer-status");
  const reports = new Outbox(sessionId, life.signal, () => stop());
  const camera = options.camera ? new Camera(sessionId, life.signal, reports, status) : null;

  function stop(): void {
    if (life.signal.aborted) return;
    reports.flushAtExit();
    camera?.release();
    life.abort();
    show(status, "camera", "off");
  }

  observeFocus(reports, life.signal);
  observePastes(reports, life.signal);
  if (options.fullscreen) observeFullscreen(reports, status, life.signal);
  addEventListener("pagehide", () => reports.flushAtExit(), { signal: life.signal });
  addEventListener("online", () => void reports.send(), { signal: life.signal });
  reports.start();
  void camera?.start();
  return { stop };
}

/** Tell the page's own indicator, whose words are in its template: `data-camera="on"`, `data-fullscreen="left"`, … */
function show(status: HTMLElement | null, what: "camera" | "fullscreen", value: string): void {
  status?.setAttribute(`data-${what}`, value);
}

function observeFocus(reports: Outbox, signal: AbortSignal): void {
  let focused = !reports.away; // by this tab, before it was loaded anew
  let going = false; // a page that goes away is hidden last: nobody has left it
  const look = (): void => {
    if (going) return;
    const now = document.visibilityState === "visible" && document.hasFocus();
    if (now === focused) return;
    focused = now;
    reports.add(now ? "focus_gained" : "focus_lost");
  };
  if (!focused) look();
  addEventListener("pagehide", () => (going = true), { signal });
  addEventListener("pageshow", () => (going = false), { signal });
  document.addEventListener("visibilitychange", look, { signal });
  addEventListener("focus", look, { signal });
  // When focus moves into a frame of ours or to the browser's own bar, the document says so only after this event.
  addEventListener("blur", () => setTimeout(look, 0), { signal });
}

function observePastes(reports: Outbox, signal: AbortSignal): void {
  const pasted = (event: ClipboardEvent): void => {
    reports.add("paste", { length: event.clipboardData?.getData("text/plain").length ?? 0 });
  };
  document.addEventListener("paste", pasted, { signal, capture: true });
}

function observeFullscreen(reports: Outbox, status: HTMLElement | null, signal: AbortSignal): void {
  const changed = (): void => {
    const full = document.fullscreenElement !== null;
    reports.add(full ? "fullscreen_entered" : "fullscreen_left");
    show(status, "fullscreen", full ? "on" : "left");
  };
  document.addEventListener("fullscreenchange", changed, { signal });
  const enter = status?.querySelector<HTMLElement>("[data-enter-fullscreen]");
  // A browser may refuse (a phone has no full screen for pages); the exam goes on in a window.
  enter?.addEventListener("click", () => void document.documentElement.requestFullscreen?.().catch(() => undefined), { signal });
}

async function post(url: string, body: BodyInit, type: string, keepalive = false): Promise<Fate> {
  try {
    const headers = { "Content-Type": type, Accept: "application/json" };
    const signal = AbortSignal.timeout(REQUEST_TIMEOUT_MS);
    const answer = await fetch(url, { method: "POST", body, headers, keepalive, signal });
    if (answer.ok) return "accepted";
    if (answer.status === 409 && ((await answer.json()) as { code?: string }).code === "session-closed") return "over";
    return answer.status === 429 || answer.status === 401 || answer.status >= 500 ? "lost" : "refused";
  } catch {
    return "lost";
  }
}

/** Reports on their way. They are kept over a reload, so that what happened while the line was down is not forgotten. */
class Outbox {
  private waiting: Report[];
  private sending = false;
  private soon: number | undefined;
  private readonly key: string;
  private readonly awayKey: string;
  private readonly url: string;

  constructor(
    sessionId: string,
    private readonly signal: AbortSignal,
    private readonly over: () => void,
  ) {
    this.key = `sarap:observations:${sessionId}`;
    this.awayKey = `sarap:away:${sessionId}`;
    this.url = `/api/sessions/${sessionId}/observations`;
    this.waiting = this.restore();
  }

  /** Whether the last that this tab said is that it was left. */
  get away(): boolean {
    return sessionStorage.getItem(this.awayKey) !== null;
  }

  /** Send at once and then every few seconds; an empty batch is a heartbeat. */
  start(): void {
    const beat = setInterval(() => void this.send(), HEARTBEAT_MS);
    this.signal.addEventListener("abort", () => clearInterval(beat));
    void this.send();
  }

  add(kind: Report["kind"], facts: Pick<Report, "length" | "reason"> = {}): void {
    this.waiting.push({ kind, client_time: new Date().toISOString(), ...facts });
    this.waiting = this.waiting.slice(-REPORTS_KEPT);
    if (kind === "focus_lost") sessionStorage.setItem(this.awayKey, "yes");
    if (kind === "focus_gained") sessionStorage.removeItem(this.awayKey);
    this.keep();
    // A click between two windows makes two reports; they travel together.
    clearTimeout(this.soon);
    this.soon = setTimeout(() => void this.send(), 300);
  }

  async send(): Promise<void> {
    if (this.sending || this.signal.aborted) return;
    this.sending = true;
    const batch = this.waiting.slice(0, BATCH_MAX);
    const fate = await post(this.url, JSON.stringify({ observations: batch }), "application/json");
    this.sending = false;
    if (fate !== "lost") {
      const sent = new Set(batch);
      this.waiting = this.waiting.filter((report) => !sent.has(report));
      this.keep();
    }
    if (fate === "over") this.over();
    else if (fate === "accepted" && this.waiting.length > 0) void this.send();
  }

  /** The page goes away: what waits is sent without waiting for the answer, and stays kept in case it did not arrive. */
  flushAtExit(): void {
    if (this.waiting.length === 0) return;
    const batch = this.waiting.slice(0, BATCH_MAX);
    void post(this.url, JSON.stringify({ observations: batch }), "application/json", true).then((fate) => {
      if (fate !== "accepted") return;
      const sent = new Set(batch);
      this.waiting = this.waiting.filter((report) => !sent.has(report));
      this.keep();
    });
  }

  private keep(): void {
    try {
      sessionStorage.setItem(this.key, JSON.stringify(this.waiting));
    } catch {
      // Storage is full or forbidden: the reports live as long as the page.
    }
  }

  private restore(): Report[] {
    try {
      const kept: unknown = JSON.parse(sessionStorage.getItem(this.key) ?? "[]");
      return Array.isArray(kept) ? (kept as Report[]).slice(-REPORTS_KEPT) : [];
    } catch {
      return [];
    }
  }
}

/** One small picture every 20 s. */
class Camera {
  private readonly video = document.createElement("video");
  private readonly canvas = document.createElement("canvas");
  private readonly url: string;
  private stream: MediaStream | null = null;
  private pictures: Blob[] = [];
  private sending = false;

  constructor(
    sessionId: string,
    private readonly signal: AbortSignal,
    private readonly reports: Outbox,
    private readonly status: HTMLElement | null,
  ) {
    this.url = `/api/sessions/${sessionId}/snapshots`;
    this.video.muted = true;
    this.video.playsInline = true;
    this.canvas.width = PICTURE_WIDTH;
    this.canvas.height = PICTURE_HEIGHT;
  }

  async start(): Promise<void> {
    show(this.status, "camera", "asking");
    const clock = setInterval(() => void this.take(), SNAPSHOT_EVERY_MS);
    const mail = setInterval(() => void this.send(), SNAPSHOT_RESEND_GAP_MS);
    this.signal.addEventListener("abort", () => {
      clearInterval(clock);
      clearInterval(mail);
    });
    await this.open(true);
  }

  release(): void {
    for (const track of this.stream?.getTracks() ?? []) track.stop();
    this.stream = null;
    this.video.srcObject = null;
  }

  private async open(first: boolean): Promise<void> {
    if (this.signal.aborted) return;
    try {
      const picture = { width: { ideal: PICTURE_WIDTH }, height: { ideal: PICTURE_HEIGHT }, frameRate: { ideal: 5 } };
      // No `mediaDevices` at all means a page without HTTPS that is not on this machine.
      this.stream = await navigator.mediaDevices.getUserMedia({ video: picture, audio: false });
      if (this.signal.aborted) return this.release();
      this.video.srcObject = this.stream;
      await this.video.play();
      this.stream.getVideoTracks()[0]?.addEventListener("ended", () => this.lost("ended"), { signal: this.signal });
      this.reports.add("camera_on");
      show(this.status, "camera", "on");
      await this.take();
    } catch (error) {
      const name = error instanceof DOMException ? error.name : "";
      const reason = name === "NotAllowedError" ? "denied" : name === "NotFoundError" ? "not_found" : "failed";
      this.release();
      show(this.status, "camera", reason);
      // Said once; looking again every half minute would fill the proctor's page with the same line.
      if (first) this.reports.add("camera_off", { reason });
      if (reason !== "denied") this.again();
    }
  }

  private lost(reason: "ended"): void {
    this.release();
    show(this.status, "camera", reason);
    this.reports.add("camera_off", { reason });
    this.again();
  }

  private again(): void {
    const timer = setTimeout(() => void this.open(false), CAMERA_RETRY_MS);
    this.signal.addEventListener("abort", () => clearTimeout(timer), { once: true });
  }

  private async take(): Promise<void> {
    if (this.stream === null || this.video.readyState < HTMLMediaElement.HAVE_CURRENT_DATA) return;
    this.canvas.getContext("2d")?.drawImage(this.video, 0, 0, PICTURE_WIDTH, PICTURE_HEIGHT);
    const picture = await new Promise<Blob | null>((done) => this.canvas.toBlob(done, "image/jpeg", JPEG_QUALITY));
    if (picture === null) return;
    this.pictures.push(picture);
    // The newest ones tell most; a line that is down for long loses the oldest.
    this.pictures = this.pictures.slice(-SNAPSHOTS_KEPT);
    await this.send();
  }

  private async send(): Promise<void> {
    const picture = this.pictures[0];
    if (this.sending || picture === undefined || this.signal.aborted) return;
    this.sending = true;
    const fate = await post(this.url, picture, "image/jpeg");
    this.sending = false;
    if (fate !== "lost") this.pictures = this.pictures.filter((kept) => kept !== picture);
  }
}
