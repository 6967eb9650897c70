const transform = {
  "^.+\\.ts$": [
    "@swc/jest",
    {
      jsc: { target: "es2023", parser: { syntax: "typescript" } },
      module: { type: "commonjs", importInterop: "swc" },
      sourceMaps: "inline",
    },
  ],
};
const common = {
  transform,
  moduleNameMapper: { "^(\\.{1,2}/.*)\\.js$": "$1" },
  testEnvironment: "node",
  setupFiles: ["<rootDir>/test/support/property.ts"],
  setupFilesAfterEnv: ["<rootDir>/test/support/patience.ts"],
};

/** Two suites: `unit` needs nothing but node; `lab` needs root, Debian's packages and real services, one suite at a time. */
export default {
  projects: [
    {
      ...common,
      displayName: "unit",
      testMatch: ["<rootDir>/test/**/*.test.ts"],
      testPathIgnorePatterns: ["/node_modules/", "<rootDir>/test/lab/"],
    },
    { ...common, displayName: "lab", testMatch: ["<rootDir>/test/lab/**/*.test.ts"] },
  ],
};
