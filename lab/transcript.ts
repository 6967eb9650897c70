import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setStage, until } from "./demo/stage.js";
import { transcript, withTranscript } from "./demo/transcript.js";
import { labDir } from "./hosts/folder.js";
import { tearDown } from "./hosts/state.js";
import { raiseCloud, workerOf } from "./openstack/raise.js";

/** `npm run transcript`: plays the README's transcript on a cloud of its own and writes what was printed into the README. */
const readme = join(import.meta.dirname, "../README.md");
const dir = labDir();
try {
  const cloud = await raiseCloud({ dir });
  const { site } = cloud;
  const stage = await setStage(site, { worker: workerOf(cloud) });
  stage.start("redis");
  stage.start("worker");
  await until("a green status", async () => (await stage.print("status")).stdout.includes("GREEN"), 30_000);
  writeFileSync(readme, withTranscript(readFileSync(readme, "utf8"), await transcript({ site, stage })));
  process.stdout.write("README.md holds the new transcript\n");
} finally {
  await tearDown(dir);
}
