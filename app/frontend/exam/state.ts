// The shapes of `app/views/exam_state.py`, as the server sends them.

export interface Clock {
  now: string;
  deadline: string | null;
  remaining_seconds: number;
  ledger_revision: number;
  paused: boolean;
}

export interface Draft {
  language: string;
  source: string;
  files?: Record<string, string>;
  revision: number;
  saved_at: string;
}

export type Stage = "waiting" | "delayed" | "judged";

export interface Submission {
  submission_id: string;
  position: number;
  language: string;
  origin: "handed_in" | "sealed";
  submitted_at: string;
  stage: Stage;
  verdict: string | null;
  points: number | null;
  tests_passed: number | null;
  tests_total: number | null;
  cpu_time_ms: number | null;
  memory_kib: number | null;
  compile_log: string;
  faults: Fault[];
  reason: string;
  startup_ms: number;
}

export interface Language {
  code: string;
  name: string;
  version: string;
  editor: string;
  template: string;
  /** The main file's name, and the endings that a further one may have. */
  entry: string;
  endings: string[];
  /** What the compiler calls itself, as far as it is known. */
  toolchain: string;
}

/** A place that a compiler named; it counts from 1. */
export interface Fault {
  file: string;
  line: number;
  column: number | null;
  kind: string;
  text: string;
}

export interface Sample {
  name: string;
  input: string;
  answer: string;
  interaction: string;
}

export interface Item {
  position: number;
  points: number;
  languages: Language[];
  samples: Sample[];
  revision: number;
  head: string;
  edits: number;
  drafts: Draft[];
  submissions: Submission[];
}

export interface Session extends Clock {
  session_id: string;
  phase: "opened" | "consented" | "in_progress" | "paused" | "over";
  lease_held_by_tab?: string | null;
  allotted_seconds: number;
  sealed_at: string | null;
  items: Item[];
}

/** In the chain, and durable. */
export interface Saved extends Clock {
  revision: number;
  head: string;
  saved_at: string;
  nonce: string;
  receipt: string;
}

/** Not in the chain, but kept beside it: another text went on, another tab took over, or it came after the deadline. */
export interface KeptAside extends Clock {
  kept: { aside_id: string; reason: "stale" | "lease" | "late" };
  revision: number;
  head: string;
  nonce?: string;
  receipt: string;
}

/** A save that is kept beside the chain; `decision` is of late ones. */
export interface Aside {
  aside_id: string;
  position: number;
  reason: "stale" | "lease" | "late";
  head: string;
  language: string;
  source: string;
  files: Record<string, string>;
  received_at: string;
  device: string;
  taken_at: string | null;
  decision: string | null;
}

export interface Granted extends Clock {
  lease: string;
  taken_at: string;
  nonce?: string;
}

export interface HandedIn extends Clock {
  submission_id: string;
  revision: number;
  submission: Submission;
  receipt?: string;
}

export interface Difference {
  token: number;
  expected: string | null;
  actual: string | null;
  kind: string;
}

export interface SampleReport {
  verdict: string | null;
  undetermined: string | null;
  compile_log: string;
  samples: SampleResult[];
  own?: OwnRun | null;
}

/** A run on one's own input. */
export interface OwnRun {
  ending: string;
  cpu_time_us: number;
  wall_time_us: number;
  memory_kib: number;
  output: string;
  error: string;
}

export interface SampleResult {
  name: string;
  verdict: string;
  reason: string;
  cpu_time_us: number;
  output: string;
  heard: string;
  error: string;
  message: string;
  difference: Difference | null;
}

export interface SampleRun {
  sample_run_id: string;
  report: SampleReport | null;
  own_input: string | null;
  faults: Fault[];
}

/** The answer to a start: the clock, and the key of the sealed form. */
export interface Started extends Clock {
  key: string | null;
  form: string | null;
  resumed: boolean;
}
