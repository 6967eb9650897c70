/** The fault panel's other side, given by the demo. */
export interface FaultPanel {
  list(): Promise<{ name: string; title: string; active: boolean }[]>;
  inject(name: string): Promise<void>;
  heal(name: string): Promise<void>;
}
