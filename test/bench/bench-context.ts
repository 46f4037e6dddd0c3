/** What the scenarios of one benchmark share. */
export interface Bench {
  /** Where databases go while they are measured. */
  readonly dir: string;
  /** The executable to measure. */
  readonly command: string;
  readonly rounds: number;
  readonly hasShell: boolean;
  readonly progress: (message: string) => void;
}
