/** What Slack refuses, as numbers. Characters unless said otherwise. */
export const limits = {
  blocks: 50,
  /** Characters of all blocks of one message; undocumented, seen between 11,300 and 13,200. */
  message: 12_000,
  sectionText: 3000,
  fields: 10,
  fieldText: 2000,
  header: 150,
  actionsElements: 25,
  contextElements: 10,
  buttonText: 75,
  buttonValue: 2000,
  optionText: 75,
  optionValue: 150,
  overflowOptions: 5,
  confirmTitle: 100,
  confirmText: 300,
  confirmButton: 30,
  blockId: 255,
  actionId: 255,
  viewBlocks: 100,
  viewTitle: 24,
  privateMetadata: 3000,
  inputLabel: 2000,
  selectOptions: 100,
  tableRows: 100,
  tableColumns: 20,
  tableCharacters: 10_000,
} as const;

/** Time in which a delivery must be acknowledged, ms. */
export const ackWithin = 3000;
/** A response URL answers this many times within this time. */
export const responseUses = 5;
export const responseLife = 30 * 60_000;
