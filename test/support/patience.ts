import { jest } from "@jest/globals";

// A busy machine makes everything slower and nothing wrong; what hangs is still found, only later.
jest.setTimeout(40_000);
