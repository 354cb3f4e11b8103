export interface Page {
  /** Return rows after this id (exclusive). */
  after?: string | undefined;
  limit: number;
}
