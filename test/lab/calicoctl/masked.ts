import type { Case } from "./recorded.js";

export type Outcome = Pick<Case, "exitCode" | "stdout" | "stderr">;

/** What differs from run to run: ids, revisions, times, pointers. Nothing else may. */
const variable: readonly (readonly [RegExp, string])[] = [
  [/(\buid"?: "?)[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}/g, "$1UID"],
  [/(\bresourceVersion"?: ")\d+"/g, '$1REVISION"'],
  [/(\bResourceVersion = ')\d+'/g, "$1REVISION'"],
  [/(\bcreationTimestamp"?: ")[-\dT:]+Z"/g, '$1TIME"'],
  [/("ts":")[-\dT:.]+Z"/g, '$1TIME"'],
  [/(?<=\| )\d\d:\d\d:\d\d(?= )/g, "CLOCK"],
  [/0x[\da-f]+/g, "POINTER"],
];

const mask = (text: string): string => variable.reduce((masked, [pattern, by]) => masked.replace(pattern, by), text);

export function masked({ exitCode, stdout, stderr }: Outcome): Outcome {
  return { exitCode, stdout: mask(stdout), stderr: mask(stderr) };
}
