// Lays down what Node would load by itself in the next run: packages, options, histories, a cache of code.
// expect: Exited 0
// says: laid
// says: EACCES
require("./hostile.js");
const fs = require("node:fs");

fs.mkdirSync("/tmp/node_modules/json5", { recursive: true });
fs.writeFileSync("/tmp/node_modules/json5/index.js", "console.log('loaded')");
fs.writeFileSync("/tmp/package.json", '{"type": "module", "imports": {"#x": "/tmp/x.js"}}');
fs.writeFileSync("/tmp/node.config.json", '{"nodeOptions": {"import": ["/tmp/x.js"]}}');
fs.writeFileSync("/tmp/.npmrc", "node-options=--require /tmp/x.js");
fs.writeFileSync("/tmp/.env", "NODE_OPTIONS=--require /tmp/x.js");
console.log("laid");
try {
    fs.mkdirSync("/box/node_modules");
} catch (error) {
    console.log(error.code);
}
