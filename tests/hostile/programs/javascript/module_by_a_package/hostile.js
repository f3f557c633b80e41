import fs from "node:fs";

if (fs.readFileSync(0, "utf8").trim() === "well") {
    console.log("well");
    process.exit();
}
