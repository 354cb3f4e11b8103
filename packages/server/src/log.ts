/** Writes a line: its members, then what happened. */
type WriteLine = (fields: object, message: string) => void;

/** The service's log, for every room; pino's loggers are such. */
export interface Log {
  readonly debug: WriteLine;
  readonly info: WriteLine;
  readonly warn: WriteLine;
  readonly error: WriteLine;
}
