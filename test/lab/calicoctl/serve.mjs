// Plays BIRD: answers every question on a control socket with the text of a file; without a file it stays silent.
// node serve.mjs SOCKET [FILE]
import { readFileSync } from "node:fs";
import { createServer } from "node:net";

const [socket, file] = process.argv.slice(2);
const [greeting = "", answer = ""] = file === undefined ? [] : readFileSync(file, "utf8").split("\f");
createServer((connection) => {
  connection.on("error", () => {});
  connection.write(greeting);
  connection.on("data", () => connection.write(answer));
}).listen(socket);
