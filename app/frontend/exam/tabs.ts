// The tasks as tabs (WAI-ARIA Authoring Practices, "Tabs": arrows move, Home and End jump), and the language of each statement.

const TAB_KEY = "sarap:task:";
const LANGUAGE_KEY = "sarap:statement-language";

export function startTabs(sessionId: string): void {
  const tabs = [...document.querySelectorAll<HTMLElement>('.exam-tabs [role="tab"]')];
  const select = (index: number, focus: boolean): void => {
    tabs.forEach((tab, place) => {
      const chosen = place === index;
      tab.setAttribute("aria-selected", String(chosen));
      tab.tabIndex = chosen ? 0 : -1;
      const panel = document.getElementById(tab.getAttribute("aria-controls") ?? "");
      if (panel !== null) panel.hidden = !chosen;
    });
    sessionStorage.setItem(TAB_KEY + sessionId, String(index));
    if (focus) tabs[index]?.focus();
  };
  tabs.forEach((tab, index) => {
    tab.addEventListener("click", () => select(index, false));
    tab.addEventListener("keydown", (event) => {
      const last = tabs.length - 1;
      const next: Record<string, number> = {
        ArrowRight: index === last ? 0 : index + 1,
        ArrowLeft: index === 0 ? last : index - 1,
        Home: 0,
        End: last,
      };
      const to = next[event.key];
      if (to === undefined) return;
      event.preventDefault();
      select(to, true);
    });
  });
  const kept = Number(sessionStorage.getItem(TAB_KEY + sessionId) ?? 0);
  if (kept > 0 && kept < tabs.length) select(kept, false);
}

/** One statement, or two beside each other: the one that is chosen, and a second language for whoever wants to compare. */
export function startStatementLanguages(): void {
  startSecondLanguage();
  const show = (code: string): void => {
    for (const statement of document.querySelectorAll(".statement")) {
      if (statement.querySelector(`[data-statement="${CSS.escape(code)}"]`) === null) continue;
      const second = statement.querySelector<HTMLSelectElement>("[data-second-language]")?.value ?? "";
      for (const part of statement.querySelectorAll<HTMLElement>("[data-statement]")) {
        part.hidden = part.dataset["statement"] !== code && part.dataset["statement"] !== second;
      }
      for (const name of statement.querySelectorAll<HTMLElement>("[data-statement-name]")) {
        name.hidden = name.dataset["statementName"] !== code;
      }
      for (const button of statement.querySelectorAll<HTMLElement>("[data-statement-language]")) {
        button.setAttribute("aria-pressed", String(button.dataset["statementLanguage"] === code));
      }
    }
  };
  for (const button of document.querySelectorAll<HTMLElement>("[data-statement-language]")) {
    button.addEventListener("click", () => {
      const code = button.dataset["statementLanguage"] ?? "";
      localStorage.setItem(LANGUAGE_KEY, code);
      show(code);
    });
  }
  const kept = localStorage.getItem(LANGUAGE_KEY);
  if (kept !== null) show(kept);
}

const SECOND_KEY = "sarap:second-language";

function startSecondLanguage(): void {
  const choices = [...document.querySelectorAll<HTMLSelectElement>("[data-second-language]")];
  const show = (code: string): void => {
    for (const choice of choices) {
      const statement = choice.closest(".statement");
      if (statement === null) continue;
      const known = [...choice.options].some((option) => option.value === code);
      choice.value = known ? code : "";
      const first = statement.querySelector<HTMLElement>('[data-statement-language][aria-pressed="true"]')?.dataset["statementLanguage"];
      for (const part of statement.querySelectorAll<HTMLElement>("[data-statement]")) {
        part.hidden = part.dataset["statement"] !== first && part.dataset["statement"] !== choice.value;
      }
    }
  };
  for (const choice of choices) {
    choice.addEventListener("change", () => {
      localStorage.setItem(SECOND_KEY, choice.value);
      show(choice.value);
    });
  }
  show(localStorage.getItem(SECOND_KEY) ?? "");
}
