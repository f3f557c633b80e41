// The reference card of the language that is worked in, in a dialog over the room: the same page as /documentation/<language>.

import { find, say } from "./elements";
import { text } from "./texts";

export function startReference(room: HTMLElement): void {
  const dialog = room.querySelector<HTMLDialogElement>("#reference");
  if (dialog === null) return;
  const card = find(dialog, "[data-reference-card]");
  const line = find(dialog, "[data-reference-state]");
  const load = async (address: string): Promise<void> => {
    say(line, text("referenceLoading"));
    try {
      const response = await fetch(address, { headers: { Accept: "text/html" } });
      if (!response.ok) throw new Error(String(response.status));
      const page = new DOMParser().parseFromString(await response.text(), "text/html");
      const main = page.querySelector("main");
      card.replaceChildren(...[...(main?.children ?? [])].map((child) => document.importNode(child, true)));
      say(line, "");
      dialog.scrollTop = 0;
    } catch {
      say(line, text("referenceMissing"));
    }
  };
  for (const button of room.querySelectorAll("[data-reference]")) {
    button.addEventListener("click", () => {
      const language = button.closest(".workbench")?.querySelector<HTMLSelectElement>("[data-language]")?.value ?? "";
      dialog.showModal();
      void load(`/documentation/${language}`);
    });
  }
  find(dialog, "[data-close]").addEventListener("click", () => dialog.close());
  // The links between cards stay in the dialog.
  card.addEventListener("click", (event) => {
    const link = (event.target as Element).closest<HTMLAnchorElement>('a[href^="/documentation"]');
    if (link === null) return;
    event.preventDefault();
    void load(link.getAttribute("href") ?? "");
  });
}
