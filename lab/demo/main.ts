import { labDir } from "../hosts/folder.js";
import { readState, tearDown } from "../hosts/state.js";
import { raiseShow } from "./show.js";
import { untilEnd } from "./until-end.js";

/** The demo: everything up, one address printed, everything gone at Ctrl-C. */
const dir = labDir();
const port = Number(process.env["DEMO_PORT"] ?? 8400);
const say = (text: string): void => void process.stdout.write(`${text}\n`);

if (readState(dir)) {
  process.stderr.write(`a lab is up in ${dir} already: \`npm run lab -- down\` takes it down\n`);
  process.exit(1);
}
const began = Date.now();
const ended = untilEnd();
try {
  const show = await Promise.race([raiseShow({ dir, port, say }), ended.then(() => null)]);
  if (show) {
    say(
      `\n  ${show.url}\n\nready after ${Math.round((Date.now() - began) / 1000)} s. Type /calico status there; Ctrl-C takes everything down.`,
    );
    say(`From another terminal: SLACK_LAB_URL=${show.url.slice(0, -1)} npm run -s slack -- as alice '#net-ops' '/calico status' --wait`);
    await ended;
    show.close();
  }
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
} finally {
  await tearDown(dir);
  say("down");
}
process.exit();
