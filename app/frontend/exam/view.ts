// How the room looks: where the task stands, how wide it is, the editor's colours, spaces as signs; and the list of shortcuts.
//
// Everything is kept in this browser. The border between task and editor is moved with the pointer, with the arrow keys when it has
// the focus (WAI-ARIA Authoring Practices, "Window Splitter"), or with two buttons (WCAG 2.5.7).

import { find } from "./elements";

const LAYOUT_KEY = "sarap:layout";
const THEME_KEY = "sarap:editor-theme";
const SPACES_KEY = "sarap:spaces";
const SHARE_KEY = "sarap:task-share:";

const LAYOUTS = ["beside", "above", "editor"];
const THEMES = ["page", "light", "dark", "contrast"];

/** Percent of the room that the task takes. */
const SHARE_USUAL = 42;
const SHARE_MIN = 20;
const SHARE_MAX = 80;
const SHARE_STEP = 4;

export function startView(room: HTMLElement): void {
  const dividers = [...room.querySelectorAll<HTMLElement>("[data-divider]")];
  const layout = (): string => room.dataset["layout"] ?? "beside";
  const share = (): number => Number(localStorage.getItem(SHARE_KEY + layout()) ?? SHARE_USUAL);

  const size = (percent: number): void => {
    const now = Math.round(Math.min(Math.max(percent, SHARE_MIN), SHARE_MAX));
    localStorage.setItem(SHARE_KEY + layout(), String(now));
    room.style.setProperty("--task-share", `${now}%`);
    for (const divider of dividers) {
      divider.setAttribute("aria-valuenow", String(now));
      divider.setAttribute("aria-orientation", layout() === "above" ? "horizontal" : "vertical");
    }
  };

  startDialog(room, "view");
  startDialog(room, "shortcuts");
  room.addEventListener("keydown", (event) => {
    if (event.key !== "F1") return;
    event.preventDefault();
    find<HTMLDialogElement>(room, "#shortcuts").showModal();
  });

  startChoice(room, "layout", LAYOUTS, LAYOUT_KEY, (value) => {
    room.dataset["layout"] = value;
    size(share());
  });
  startChoice(room, "editor-theme", THEMES, THEME_KEY, (value) => {
    room.dataset["editorTheme"] = value;
  });
  startChoice(room, "spaces", ["no", "yes"], SPACES_KEY, (value) => {
    room.dataset["spaces"] = value;
  });
  for (const button of room.querySelectorAll<HTMLButtonElement>("[data-share]")) {
    button.addEventListener("click", () => size(share() + SHARE_STEP * Number(button.dataset["share"])));
  }
  for (const divider of dividers) {
    divider.addEventListener("keydown", (event) => {
      const moves: Record<string, number> = {
        ArrowLeft: share() - SHARE_STEP,
        ArrowUp: share() - SHARE_STEP,
        ArrowRight: share() + SHARE_STEP,
        ArrowDown: share() + SHARE_STEP,
        Home: SHARE_MIN,
        End: SHARE_MAX,
        Enter: SHARE_USUAL,
      };
      const to = moves[event.key];
      if (to === undefined) return;
      event.preventDefault();
      size(to);
    });
    divider.addEventListener("pointerdown", (event) => {
      event.preventDefault();
      divider.setPointerCapture(event.pointerId);
      divider.focus();
    });
    divider.addEventListener("pointermove", (event) => {
      if (!divider.hasPointerCapture(event.pointerId)) return;
      const frame = divider.parentElement?.getBoundingClientRect();
      if (frame === undefined) return;
      const part = layout() === "above" ? (event.clientY - frame.top) / frame.height : (event.clientX - frame.left) / frame.width;
      size(part * 100);
    });
    divider.addEventListener("dblclick", () => size(SHARE_USUAL));
  }
}

/** Buttons with `data-open="name"` open the dialog of that name; it closes with its own button, with Esc, and gives the focus back. */
function startDialog(room: HTMLElement, name: string): void {
  const dialog = find<HTMLDialogElement>(room, `#${name}`);
  for (const button of room.querySelectorAll(`[data-open="${name}"]`)) button.addEventListener("click", () => dialog.showModal());
  find(dialog, "[data-close]").addEventListener("click", () => dialog.close());
}

/** Radio buttons of one name, kept in this browser. */
function startChoice(room: HTMLElement, name: string, values: readonly string[], key: string, use: (value: string) => void): void {
  const kept = localStorage.getItem(key) ?? "";
  const now = values.includes(kept) ? kept : (values[0] ?? "");
  for (const field of room.querySelectorAll<HTMLInputElement>(`input[name="${name}"]`)) {
    field.checked = field.value === now;
    field.addEventListener("change", () => {
      localStorage.setItem(key, field.value);
      use(field.value);
    });
  }
  use(now);
}
