import { chmod, mkdir } from "node:fs/promises";
import { join } from "node:path";
import { build } from "esbuild";

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
    banner: { js: "#!/usr/bin/env node" },
    logLevel: "warning",
  });
  await chmod(outfile, 0o755);
  return outfile;
}
