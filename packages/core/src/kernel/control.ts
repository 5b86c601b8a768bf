/** A control says what must be true: a statement, what it rests on, who owns it, and the levels it can take. */
export type ControlDef = {
  readonly id: string;
  readonly statement: { readonly en: string; readonly ja: string };
  /** Law, rule or source the control rests on. */
  readonly basis: readonly string[];
  readonly owner: string;
  readonly levels: readonly string[];
};
