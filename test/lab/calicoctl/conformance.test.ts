import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { buildCalicoctl } from "../../../lab/calicoctl/build.js";
import { type Compared, compareFile, leave, surroundings } from "./conformance.js";
import { exceptions } from "./exceptions.js";
import { committed, pageFile, pageOf, scoreOf } from "./page.js";
import { files } from "./recorded.js";

const isReal = Boolean(process.env["CALICOCTL"]);
const folder = mkdtempSync(join(tmpdir(), "calicoctl-conformance-"));
chmodSync(folder, 0o755); // One case runs as another user.
const compared: Compared[] = [];

beforeAll(async () => {
  const around = await surroundings(await buildCalicoctl(join(folder, "bin")));
  const waiting = ["connectivity", "invalid", "node-status", ...files.filter((file) => !/^(connectivity|invalid|node-status)$/.test(file))];
  const worker = async (): Promise<void> => {
    for (let file = waiting.shift(); file !== undefined; file = waiting.shift()) compared.push(...(await compareFile(file, around)));
  };
  await Promise.all([worker(), worker(), worker(), worker()]);
  leave(around);
  if (process.env["UPDATE"] === "1") writeFileSync(pageFile, pageOf(compared));
}, 600_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe("the calicoctl stand-in", () => {
  test.each(files)("agrees with the recordings of %s as often as the page says, or more", (file) => {
    const { agree, total } = scoreOf(compared, file);
    const before = committed().get(file);

    expect({ file, total }).toEqual({ file, total: before?.total });
    expect(agree).toBeGreaterThanOrEqual(before?.agree ?? Number.POSITIVE_INFINITY);
  });

  test("agrees in every case of `get -o json|yaml`, `version`, `node status` and of the commands that write that is no exception", () => {
    const wrong = compared.filter(({ required, agrees, exception }) => required && !agrees && exception === undefined);

    expect(wrong.map(({ id, recorded, got }) => ({ id, argv: recorded.argv, ...got }))).toEqual(
      wrong.map(({ id, recorded, expected }) => ({ id, argv: recorded.argv, ...expected })),
    );
    expect(compared.filter(({ required }) => required).length).toBeGreaterThan(530);
  });

  test("has no exception that agrees after all, or that no required case needs", () => {
    const needed = compared.filter(({ required, agrees }) => required && !agrees).map(({ id }) => id);

    expect(isReal ? [] : Object.keys(exceptions).filter((id) => !needed.includes(id))).toEqual([]);
  });

  test("is described by the committed page as it is (UPDATE=1 rewrites it)", () => {
    expect(existsSync(pageFile)).toBe(true);
    if (!isReal) expect(readFileSync(pageFile, "utf8")).toBe(pageOf(compared));
  });
});
