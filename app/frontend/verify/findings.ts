// What a check can find: the words of `certificates/findings.py`, in its order. Their texts come with the page, translated.

export const STEPS = [
  "read",
  "profile",
  "issuer",
  "first-proof",
  "second-proof",
  "log",
  "period",
  "status",
  "freshness",
] as const;
export type Step = (typeof STEPS)[number];

export type Code =
  | "file-empty"
  | "file-too-large"
  | "not-json"
  | "too-deep"
  | "duplicate-member"
  | "not-a-certificate"
  | "bare-credential"
  | "unknown-format"
  | "code-unreadable"
  | "jwt-unreadable"
  | "pdf-unreadable"
  | "wrong-context"
  | "unknown-member"
  | "missing-member"
  | "bad-value"
  | "issuer-unknown"
  | "proof-missing"
  | "key-unknown"
  | "key-expired"
  | "key-revoked"
  | "signed-in-future"
  | "rdfc-proof-invalid"
  | "jcs-proof-invalid"
  | "signature-invalid"
  | "seal-missing"
  | "seal-broken"
  | "seal-other"
  | "log-proof-unreadable"
  | "log-unknown"
  | "log-other-entry"
  | "witnesses-too-few"
  | "not-yet-valid"
  | "expired"
  | "status-list-missing"
  | "status-list-unreadable"
  | "status-list-other"
  | "status-list-forged"
  | "status-list-key-revoked"
  | "status-list-too-short"
  | "revoked"
  | "suspended"
  | "status-stale"
  | "status-from-future"
  | "one-signature"
  | "log-not-shown"
  | "status-not-shown";

export type Authentic = "authentic" | "signed" | "not-authentic" | "not-checked";
export type Status = "good" | "revoked" | "suspended" | "expired" | "not-yet-valid" | "not-checked";
export type Freshness = "fresh" | "stale" | "not-checked";

/** A step found something. `detail` is technical and short. */
export class Failed extends Error {
  constructor(
    readonly finding: Code,
    readonly detail = "",
  ) {
    super(detail ? `${finding}: ${detail}` : finding);
  }
}
