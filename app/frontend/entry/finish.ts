/** The page that asks once more before the end: in the Safe Exam Browser it proves itself before the form goes out. */

import { Problem } from "../exam/api";
import { find, say } from "../exam/elements";
import { needsProof, prove } from "../exam/lockdown";

const form = find<HTMLFormElement>(document, "#finish-form");
let proven = false;

// Without this script there is no proof, so until it is here there is nothing to press.
find<HTMLButtonElement>(form, "button").disabled = false;

form.addEventListener("submit", (event) => {
  if (proven || !needsProof(form)) return;
  event.preventDefault();
  prove(form.dataset["session"] ?? "", "finish").then(
    () => {
      proven = true;
      form.submit();
    },
    (error: unknown) => {
      if (!(error instanceof Problem)) throw error;
      say(find(document, "#finish-state"), `${error.title}. ${error.detail} ${error.next}`);
    },
  );
});
