// Lies beside every hostile program in JavaScript, which requires it first.
//
// On `attack` it gives the program what it needs. On `well` it is a good citizen and says whether the place is as a program must
// find it, whoever ran there before: `well`, or one line for everything that is not.
"use strict";
const fs = require("node:fs");

// Do it and print what came of it: `name done`, or `name EPERM`.
exports.tell = (name, action) => {
    try {
        action();
        console.log(name, "done");
    } catch (error) {
        console.log(name, error.code ?? error.message);
    }
};

const numbers = (folder) => fs.readdirSync(folder).filter((name) => /^\d+$/.test(name)).map(Number);

const lookAround = () => {
    const found = {
        "files in /tmp": fs.readdirSync("/tmp").length !== 0,
        "other processes": numbers("/proc").some((pid) => pid !== 1 && pid !== process.pid),
        "working folder": process.cwd() !== "/tmp",
        "environment": Object.keys(process.env).sort().join(" ") !== "HOME LANG PATH PYTHONHASHSEED TMPDIR",
        "options": process.execArgv.some((word) => !/^--(max-old-space-size|stack-size)=\d+$/.test(word)),
        "user": process.getuid() < 20000 || process.getuid() >= 60000,
        "memory": Buffer.alloc(32 * 2 ** 20, 1)[2 ** 20] !== 1,
    };
    fs.writeFileSync("/tmp/mine", "mine");
    found["file of its own"] = fs.readFileSync("/tmp/mine", "utf8") !== "mine";
    const faults = Object.keys(found).filter((name) => found[name]);
    console.log(faults.join("\n") || "well");
};

if (fs.readFileSync(0, "utf8").trim() === "well") {
    lookAround();
    process.exit();
}
