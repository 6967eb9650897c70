import { parentPort } from "node:worker_threads";
import { type Drafts, readDrafts } from "../calico/draft/draft.js";
import { fail } from "../contract/failure.js";

/** The reading thread: a document that takes long there holds nobody up, and whoever started the thread ends it. */
const port = parentPort;
if (port === null) throw fail("internal", "the reading thread is started by a reader only");

/** Faults of either kind that are told; nobody mends more at a time. */
const most = 100;
/** Characters that come of a document at most: anchors make much out of little. */
const longest = 1024 * 1024;

function bounded({ drafts, faults }: Drafts): Drafts {
  const told = [faults.filter(({ doubt }) => !doubt), faults.filter(({ doubt }) => doubt)].flatMap((one) => one.slice(0, most));
  const size = JSON.stringify(drafts).length;
  if (size <= longest) return { drafts, faults: told };
  const hint = "write out what anchors repeat, fewer objects at a time";
  const text = `it unfolds to ${size} characters; ${longest} are taken`;
  return { drafts: [], faults: [{ document: 1, line: 1, column: 1, path: "", text, hint, doubt: false }] };
}

port.on("message", (text: string) => port.postMessage(bounded(readDrafts(text))));
port.postMessage("ready");
