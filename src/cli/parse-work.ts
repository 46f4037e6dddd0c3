import { PIPELINES, type Pipeline } from '../domain/stage.ts';
import { WORK_STATES, type WorkState } from '../domain/work-state.ts';
import { oneOf, type ValueParser } from './parse-value.ts';

/** A state of a work item, in any case. */
export const parseWorkState: ValueParser<WorkState> = (text, context) =>
  oneOf(WORK_STATES, 'a state')(text.toUpperCase(), context);

/** The name of a pipeline. */
export const parsePipeline: ValueParser<Pipeline> = oneOf(Object.values(PIPELINES), 'a pipeline');
