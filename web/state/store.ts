/** The one store: a readonly state, a pure reducer, one dispatch. */

/** Hears of each action after the state has changed; the place for effects. */
export type Listener<S, A> = (action: A, next: S, previous: S) => void;

export interface Store<S, A> {
  readonly state: S;
  dispatch(action: A): void;
  /** Adds a listener; the result takes it away. */
  listen(listener: Listener<S, A>): () => void;
}

/**
 * Makes a store. An action dispatched by a listener waits until every listener has heard of the present one, so all of
 * them see the same order.
 */
export function createStore<S, A>(initial: S, reduce: (state: S, action: A) => S): Store<S, A> {
  let state = initial;
  const listeners = new Set<Listener<S, A>>();
  const waiting: A[] = [];
  let busy = false;
  return {
    get state() {
      return state;
    },
    dispatch(action) {
      waiting.push(action);
      if (busy) return;
      busy = true;
      try {
        for (let a = waiting.shift(); a !== undefined; a = waiting.shift()) {
          const previous = state;
          state = reduce(previous, a);
          for (const listener of [...listeners]) listener(a, state, previous);
        }
      } finally {
        busy = false;
      }
    },
    listen(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
