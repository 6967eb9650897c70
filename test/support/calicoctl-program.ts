import { text } from "node:stream/consumers";
import { connect } from "../../workers/etcd/client.js";
import { type Write, writingCalicoctl } from "./calicoctl.js";

/** The writing calicoctl of tests as a program: `ENDPOINT create|replace|delete -f - …`, the document on standard input. */
const [endpoint = "", command = ""] = process.argv.slice(2);
const client = connect(endpoint, { endpoints: [endpoint], ca: null, cert: null, key: null, username: null, password: null, timeout: 3000 });
const how = (command === "delete" ? "remove" : command) as Write;
const ask = { signal: new AbortController().signal, request: "r", note: () => undefined };
const written = await writingCalicoctl(client).write(how, await text(process.stdin), ask);
if (!written.ok) process.stderr.write(`${written.failure.message}\n`);
client.close();
process.exit(written.ok ? 0 : 1);
