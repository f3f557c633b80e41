// The check alone, without a page, for whoever builds one: `import { verify, trustIn } from "/static/build/verifier.js"`.

export { trustIn } from "../verify/trust";
export { verify } from "../verify/verification";
