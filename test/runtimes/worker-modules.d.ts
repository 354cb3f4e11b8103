// Packages without types, and what workerd brings.
declare module "workerd" {
  const workerd: {
    /** The path of the executable. */
    readonly default: string;
  };
  export default workerd;
}

declare module "cloudflare:workers" {
  /** Keeps the current request's context until the work has ended. */
  export function waitUntil(work: Promise<unknown>): void;
}
