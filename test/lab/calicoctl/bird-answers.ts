/** What BIRD must have said for a recorded table. The greeting and the answer are separated by a form feed. */

const greeting = "0001 BIRD 1.6.8 ready.\n";
const headings = "2002-name     proto    table    state  since       info\n";
const kinds: Readonly<Record<string, string>> = { global: "Global", "node-to-node mesh": "Mesh", "node specific": "Node" };

/** The tables of an output by family, each as BIRD's answer. */
export function answersOf(stdout: string): { 4?: string; 6?: string } {
  const parts = stdout.split(/^IPv([46]) BGP status$/m);
  const answers: { 4?: string; 6?: string } = {};
  for (let i = 1; i < parts.length; i += 2) {
    const rows = (parts[i + 1] ?? "").split("\n").filter((line) => line.startsWith("| ") && !line.includes("PEER ADDRESS"));
    answers[parts[i] === "4" ? 4 : 6] = answer(joined(rows));
  }
  return answers;
}

/** Rows with an empty first cell go on with the one before. */
function joined(rows: readonly string[]): string[][] {
  const whole: string[][] = [];
  for (const row of rows) {
    const cells = row
      .split("|")
      .slice(1, -1)
      .map((cell) => cell.trim());
    const last = whole.at(-1);
    if (cells[0] === "" && last) last[4] = `${last[4]} ${cells[4]}`;
    else whole.push(cells);
  }
  return whole;
}

/** Besides the peers: protocols that are none, and a peer that was disabled. */
function answer(rows: readonly string[][]): string {
  const peers = rows.map(([address = "", type = "", state = "", since = "", info = ""]) => {
    const name = `${kinds[type]}_${address.replace(/[.:]/g, "_")}`;
    return ` ${name} BGP      master   ${state.padEnd(6)} ${since.padEnd(11)} ${info.padEnd(14)}\n`;
  });
  const others = "1002-static1  Static   master   up     15:49:03    \n kernel1  Kernel   master   up     15:49:03    \n";
  return `${greeting}\f${headings}${others}${peers.join("")} Node_192_168_10_249 BGP      master   down   15:49:03    \n0000 \n`;
}

const peer = "1002-Mesh_192_168_10_12 BGP      master   up     10:00:00    Established   \n";

/** Answers that were simulated when the recordings were made. */
export const simulated: Readonly<Record<string, string>> = {
  "BIRD 2 style headings (capitals)": `0001 BIRD 2.0.12 ready.\n\f2002-Name       Proto      Table      State  Since         Info\n${peer}0000 \n`,
  "other BIRD banner": `0001 BIRD v2.15-calico ready.\n\f${headings}${peer}0000 \n`,
  "restricted session line": `${greeting}\f0016 Access restricted\n${headings}${peer}0000 \n`,
  garbage: "hello\n\fwhat?\n",
};
