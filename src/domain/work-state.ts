/** The states of a work item (DESIGN section 6). */
export const WORK_STATES = ['PENDING', 'RUNNING', 'RETRY_WAIT', 'COMPLETE', 'FAILED', 'CANCELLED'] as const;

export type WorkState = (typeof WORK_STATES)[number];

const TRANSITIONS: Readonly<Record<WorkState, readonly WorkState[]>> = {
  PENDING: ['RUNNING', 'CANCELLED'],
  RUNNING: ['COMPLETE', 'RETRY_WAIT', 'FAILED', 'PENDING'],
  RETRY_WAIT: ['PENDING', 'CANCELLED'],
  COMPLETE: ['PENDING'],
  FAILED: ['PENDING'],
  CANCELLED: ['PENDING'],
};

/** Whether an item may go from `from` to `to`. */
function mayBecome(from: WorkState, to: WorkState): boolean {
  return TRANSITIONS[from].includes(to);
}

/** The states from which an item may become `to`: the guard of every state change in SQL. */
export function statesBefore(to: WorkState): readonly WorkState[] {
  return WORK_STATES.filter((from) => mayBecome(from, to));
}
