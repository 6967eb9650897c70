import { Command } from "commander";
import { labDir } from "../hosts/folder.js";
import { readState, tearDown } from "../hosts/state.js";
import { type SiteOptions, withSiteOptions } from "../options.js";
import { raiseShow } from "./show.js";
import { untilEnd } from "./until-end.js";

/** The demo: everything up, one address printed, everything gone at Ctrl-C. */
const say = (text: string): void => void process.stdout.write(`${text}\n`);
const program = withSiteOptions(new Command("npm run demo --"))
  .description("a whole Calico cloud on this machine, the bot, and a page to type /calico status on")
  .showSuggestionAfterError()
  .showHelpAfterError("(see --help)")
  .action(demo);

async function demo(size: SiteOptions): Promise<void> {
  const dir = labDir();
  const port = Number(process.env["DEMO_PORT"] ?? 8400);
  if (readState(dir)) {
    process.stderr.write(`a lab is up in ${dir} already: \`npm run lab -- down\` takes it down\n`);
    process.exitCode = 1;
    return;
  }
  const began = Date.now();
  const ended = untilEnd();
  try {
    const show = await Promise.race([raiseShow({ dir, port, size, say }), ended.then(() => null)]);
    if (show) {
      say(`\n  ${show.url}\n`);
      say(`ready after ${Math.round((Date.now() - began) / 1000)} s. Type /calico status there; Ctrl-C takes everything down.`);
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
}

await program.parseAsync();
process.exit();
