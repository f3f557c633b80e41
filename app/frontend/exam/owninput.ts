// One's own input: what the program is to read instead of the samples. It stays in this tab until it is closed.

import { find } from "./elements";

const KEY = "sarap:own-input:";

export function startOwnInput(root: HTMLElement, run: (input: string) => void): void {
  const field = find<HTMLTextAreaElement>(root, "[data-own-input]");
  const key = KEY + location.pathname + root.id;
  field.value = sessionStorage.getItem(key) ?? "";
  if (field.value !== "") find<HTMLDetailsElement>(root, "[data-own]").open = true;
  field.addEventListener("input", () => {
    try {
      sessionStorage.setItem(key, field.value);
    } catch {
      // Storage is full or forbidden: it lives in the page.
    }
  });
  find(root, "[data-run-own]").addEventListener("click", () => run(field.value));
}
