// "This translation is wrong": a small dialog whose words go to the examiners.

import { type Api, Problem } from "./api";
import { find, say } from "./elements";
import { text } from "./texts";

export function startTranslationReport(root: HTMLElement, position: number, api: Api): void {
  const dialog = find<HTMLDialogElement>(root, "[data-translation]");
  const words = find<HTMLTextAreaElement>(dialog, "textarea");
  const choice = find<HTMLSelectElement>(dialog, "select");
  const line = find(dialog, "[data-translation-state]");
  const opener = find(root, "[data-translation-open]");
  const said = find(root, "[data-translation-said]");
  opener.addEventListener("click", () => {
    const shown = root.querySelector<HTMLElement>('[data-statement-language][aria-pressed="true"]');
    if (shown !== null) choice.value = shown.dataset["statementLanguage"] ?? choice.value;
    say(line, "");
    dialog.showModal();
    words.focus();
  });
  find(dialog, "[data-translation-cancel]").addEventListener("click", () => dialog.close());
  find(dialog, "[data-translation-send]").addEventListener("click", () => {
    if (words.value.trim() === "") {
      say(line, text("translationEmpty"));
      words.focus();
      return;
    }
    say(line, text("translationSending"));
    api
      .reportTranslation(position, choice.value, words.value)
      .then(() => {
        words.value = "";
        dialog.close();
        say(said, text("translationSent"));
      })
      .catch((error: unknown) => {
        if (!(error instanceof Problem)) throw error;
        say(line, error.status === 0 ? text("translationOffline") : error.detail);
      });
  });
}
