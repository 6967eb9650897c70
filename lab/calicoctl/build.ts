import { chmod, mkdir } from "node:fs/promises";
import { join } from "node:path";
import { build } from "esbuild";

/** Runs with the Node that built it, or inside a host with the one that is shown there; needs nothing of PATH. */
const start = `#!/bin/sh
":" //; N='${process.execPath}'; [ -x "$N" ] || N=/run/lab/node; exec "$N" "$0" "$@"`;

/** Makes the stand-in one file that runs anywhere with Node and nothing else; or names the real calicoctl of $CALICOCTL. */
export async function buildCalicoctl(folder: string): Promise<string> {
  const real = process.env["CALICOCTL"];
  if (real) return real;
  await mkdir(folder, { recursive: true });
  const outfile = join(folder, "calicoctl");
  await build({
    entryPoints: [join(import.meta.dirname, "main.ts")],
    outfile,
    bundle: true,
    platform: "node",
    target: "node20",
    format: "cjs",
    minify: true,
    banner: { js: start },
    logLevel: "warning",
  });
  await chmod(outfile, 0o755);
  return outfile;
}
