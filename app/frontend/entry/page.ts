/** Every page: menus close when the visitor leaves them. Without this script they still open and close by their own button.
 *
 * On a phone the doors stand in one line that scrolls: the one where the visitor is comes into sight.
 */

import { forgetPages, startWorker } from "../exam/offline";

const openMenus = (): NodeListOf<HTMLDetailsElement> => document.querySelectorAll("details.menu[open]");

document.addEventListener("click", (event) => {
  for (const menu of openMenus()) {
    if (!(event.target instanceof Node && menu.contains(event.target))) menu.open = false;
  }
});

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const menu of openMenus()) {
    menu.open = false;
    menu.querySelector("summary")?.focus();
  }
});

const door = document.querySelector<HTMLElement>(".site-nav [aria-current]");
const doors = door?.closest("ul");
if (door && doors) doors.scrollLeft = door.offsetLeft - doors.offsetLeft - (doors.clientWidth - door.offsetWidth) / 2;

// Before the exam: what lets its page be reloaded without a line. After signing out: nothing of it is left on this computer.
if (location.pathname.startsWith("/sessions/")) void startWorker();
if (document.querySelector('a[href="/sign-in"]') !== null || location.pathname === "/sign-in") void forgetPages();
for (const form of document.querySelectorAll('form[action="/sign-out"]')) form.addEventListener("submit", () => void forgetPages());
