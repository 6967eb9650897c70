import { spawnSync } from "node:child_process";
import { resolve } from "node:path";
import { expect, test } from "@jest/globals";

const root = resolve(import.meta.dirname, "../..");

test.each([
  ["thrown", 'setImmediate(() => { throw new Error("it broke: password=hunter2secret"); });'],
  ["rejected", 'void Promise.reject(new Error("it broke: password=hunter2secret"));'],
])(
  "an error that nobody caught (%s) ends the process through the log, with its secrets masked",
  (_, slip) => {
    const script = `
    import { lastWords } from "${root}/src/log/last-words.ts";
    import { createLog } from "${root}/src/log/log.ts";
    lastWords(createLog({ level: "info" }));
    ${slip}
    setTimeout(() => {}, 5000);`;

    const { status, stderr } = spawnSync(process.execPath, ["--import", "tsx", "--input-type=module", "-e", script], {
      cwd: root,
      encoding: "utf8",
      timeout: 20_000,
    });

    expect(status).toBe(1);
    expect(JSON.parse(stderr.trim())).toMatchObject({
      level: "error",
      err: { message: expect.stringContaining("it broke: password=[secret]") },
    });
    expect(stderr).not.toContain("hunter2secret");
  },
  30_000,
);
