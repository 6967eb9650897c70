// `npm run demo`: makes the machine ready, builds what is stale, and hands over to lab/demo/main.ts. Needs nothing but Node to start.
import { spawn, spawnSync } from "node:child_process";
import { join } from "node:path";
import { end, ensureModules, ensurePackages, root, unsupported } from "./setup.mjs";

const why = unsupported();
if (why !== null) end(why);
ensurePackages(["chromium"]);
ensureModules();
const bin = (name) => join(root, "node_modules/.bin", name);
for (const project of ["tsconfig.build.json", "lab/slack/page"]) {
  if (spawnSync(bin("tsc"), ["-p", project], { cwd: root, stdio: ["ignore", "inherit", "inherit"] }).status !== 0)
    end(`building ${project} failed`);
}
// Not through tsx's own command, which kills its child when that does not answer a signal within 30 ms.
const demo = spawn(process.execPath, ["--import", "tsx", "lab/demo/main.ts", ...process.argv.slice(2)], { cwd: root, stdio: "inherit" });
// At Ctrl-C the child hears it by itself and once more from here, which does no harm; a signal to this process alone reaches it only so.
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => demo.kill(signal));
demo.on("exit", (code) => process.exit(code ?? 1));
