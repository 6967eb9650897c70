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
const demo = spawn(bin("tsx"), ["lab/demo/main.ts", ...process.argv.slice(2)], { cwd: root, stdio: "inherit" });
// The child hears Ctrl-C by itself; this process only waits for it to clean up.
for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => signal === "SIGTERM" && demo.kill("SIGTERM"));
demo.on("exit", (code) => process.exit(code ?? 1));
