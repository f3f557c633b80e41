// The shapes of `app/views/exam_state.py`, as the server sends them.

export interface Clock {
  now: string;
  deadline: string | null;
  remaining_seconds: number;
}

export interface Draft {
  language: string;
  source: string;
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
}

export interface Language {
  code: string;
  name: string;
  version: string;
  editor: string;
  template: string;
}

export interface Sample {
  name: string;
  input: string;
  answer: string;
}

export interface Item {
  position: number;
  points: number;
  languages: Language[];
  samples: Sample[];
  revision: number;
  drafts: Draft[];
  submissions: Submission[];
}

export interface Session extends Clock {
  session_id: string;
  phase: "opened" | "consented" | "in_progress" | "over";
  allotted_seconds: number;
  sealed_at: string | null;
  items: Item[];
}

export interface Saved extends Clock {
  revision: number;
  saved_at: string;
}

export interface HandedIn extends Clock {
  submission_id: string;
  revision: number;
  submission: Submission;
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
  samples: { name: string; verdict: string; cpu_time_us: number; output: string; error: string; difference: Difference | null }[];
}

export interface SampleRun {
  sample_run_id: string;
  report: SampleReport | null;
}
