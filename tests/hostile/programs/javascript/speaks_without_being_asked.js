// Opens servers and calls out.
// expect: Exited 0
// says: server refused
// says: local server refused
// says: name refused
// says: web refused
require("./hostile.js");
const net = require("node:net");
const dns = require("node:dns");
const http = require("node:http");

const refused = (name, start) =>
    new Promise((resolve) => start(resolve)).then((error) => console.log(name, error ? "refused" : "done"));

(async () => {
    await refused("server", (end) => net.createServer().on("error", end).listen(0, () => end()));
    await refused("local server", (end) => net.createServer().on("error", end).listen("\0abstract", () => end()));
    await refused("name", (end) => dns.lookup("example.org", end));
    await refused("web", (end) => http.get("http://127.0.0.1/").on("error", end));
})();
