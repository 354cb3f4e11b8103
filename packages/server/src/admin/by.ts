/** The actor of an operation, as its event names it; by default the actor of `createAdmin`. */
export interface By {
  actor?: string;
}

/** The actor that an operation records. */
export type ActorOf = (by: By) => string;

/** The result of an operation on one resource. `changed` is false if it had nothing to change. */
export type Changed<Json> = Json & { changed: boolean };
